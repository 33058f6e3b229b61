import { copy, type Replacement, rebuild } from "../models/rebuild.js";
import type { Layer } from "../models/topology.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import { kernelName } from "../qat/roles.js";
import type { tf } from "../tensorflow/index.js";

/** @internal The model again, with weights of its own; `replace` may put others in a layer's place. */
export function duplicate(
  model: tf.LayersModel,
  replace: (layer: Layer) => Replacement | undefined = () => undefined,
): tf.LayersModel {
  return rebuild(model, ({ layer, inputs }) =>
    inputs.length === 0 ? { layers: [] } : (replace(layer) ?? copy(layer)),
  );
}

/** @internal Whether a layer has a kernel that can be quantized. */
export function hasKernel(layer: Layer): boolean {
  return kernelName(layer.getClassName()) !== undefined;
}

/** @internal The layers whose kernels are quantized, each after those that feed it. */
export function quantizedKernels(model: tf.LayersModel): QuantizedLayer[] {
  return model.layers.filter(
    (layer): layer is QuantizedLayer =>
      layer instanceof QuantizedLayer && layer.weightFormat !== undefined,
  );
}
