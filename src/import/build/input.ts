import { inputType } from "../config/dtypes.js";
import { shapeOf } from "../config/json.js";
import type { LayerConfig } from "../config/modelConfig.js";
import { nameOf } from "./layer.js";

/** @internal The options of an input: its shape, the batch first, its type and name. */
export interface InputOptions {
  name: string;
  batchInputShape: (number | null)[];
  dtype: "float32" | "int32" | "bool";
}

/** @internal The options of an input layer. @throws Error if its shape or type isn't right */
export function inputOptions(layer: LayerConfig): InputOptions {
  const { config, name } = layer;
  const where = nameOf(layer);
  const shape = config.batch_shape ?? config.batch_input_shape;
  if (config.sparse === true || config.ragged === true) {
    throw new Error(`${where} takes sparse or ragged tensors (expected dense tensors)`);
  }
  return {
    name,
    batchInputShape: shapeOf(shape, where),
    dtype: inputType(config.dtype, where),
  };
}
