import { complaint } from "../../arguments/index.js";
import { checkModel } from "../../graph/index.js";
import {
  convert,
  IntegerModel,
  type IntegerProgram,
  type IntegerTensor,
} from "../../integer/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import { floatProgramOf } from "../float/lower.js";
import { withBlocks } from "./blocks.js";
import type { OnnxMode } from "./onnx.js";
import type { Program } from "./program.js";

/** The program that a file is to have, and its arithmetic. */
interface Source {
  program: Program;
  mode: OnnxMode;
  /** The program, if it is one of integers. */
  integers?: IntegerProgram;
}

/**
 * @internal
 * The program of a model.
 *
 * @throws TypeError if the model and the mode don't fit, or if a layer can't be written
 */
export function sourceOf(
  model: tf.LayersModel,
  { mode, blockSize }: { mode: OnnxMode | undefined; blockSize: number | undefined },
): Source {
  checkModel(model);
  if (blockSize !== undefined) return blockedSource(model, mode, blockSize);
  if (model instanceof IntegerModel) return integerSource(model.program, mode ?? "int8");
  if (isQuantized(model)) {
    checkNotFloat(model, mode);
    return integerSource(convert(model).program, mode ?? "int8");
  }
  if (mode === undefined || mode === "float") {
    return { program: floatProgramOf(model), mode: "float" };
  }
  const blocks = mode === "int4" ? ", or a float model and a blockSize" : "";
  const expected = `an integer model for mode "${mode}"${blocks}`;
  const example = `q.export.onnx(q.convert(qat), file, { mode: "${mode}" })`;
  throw new TypeError(complaint({ name: "model", value: model.name, expected, example }));
}

/** A float model with 4-bit weights in blocks. */
function blockedSource(
  model: tf.LayersModel,
  mode: OnnxMode | undefined,
  blockSize: number,
): Source {
  if (mode !== "int4") {
    const expected = 'mode: "int4" with it, whose weights are stored in blocks';
    const example = '{ mode: "int4", blockSize: 32 }';
    throw new TypeError(complaint({ name: "blockSize", value: blockSize, expected, example }));
  }
  if (model instanceof IntegerModel || isQuantized(model)) {
    throw new TypeError(
      `invalid blockSize: ${blockSize} for "${model.name}", which has its codes already (expected a float model, whose weights are rounded on the way)`,
    );
  }
  return { program: withBlocks(floatProgramOf(model), blockSize), mode };
}

/** Whether a model is one of q.prepare or q.quantize. */
function isQuantized(model: tf.LayersModel): boolean {
  return model.layers.some((layer) => layer instanceof QuantizedLayer);
}

function checkNotFloat({ name }: { name: string }, mode: OnnxMode | undefined): void {
  if (mode !== "float") return;
  throw new TypeError(
    `mode "float" needs a float model, and "${name}" is quantized (pass the model that it was made from, or choose mode: "int8")`,
  );
}

function integerSource(program: IntegerProgram, mode: OnnxMode): Source {
  checkNotFloat(program, mode);
  if (mode === "int4" && !program.tensors.some(fitsFourBits)) {
    throw new TypeError(
      `mode "int4" needs weights of at most 4 bits, and "${program.name}" has none (expected a model that was prepared with them, as in q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(8) }))`,
    );
  }
  return { program, mode, integers: program };
}

/** Whether a tensor is a weight whose codes int4 has. */
function fitsFourBits({ codes, type, smallest, largest }: IntegerTensor): boolean {
  return codes !== undefined && type === "int8" && smallest >= -8 && largest <= 7;
}
