import { copy, type Replacement, rebuild } from "../models/rebuild.js";
import type { Layer } from "../models/topology.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
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

const multiplying = ["Conv2D", "DepthwiseConv2D", "Dense"];

/** @internal Whether a layer multiplies its input with one kernel, in a way that the techniques know. */
export function hasKernel(layer: Layer): boolean {
  return multiplying.includes(layer.getClassName());
}

/** @internal The layers whose kernels are quantized, of the types that {@link hasKernel} knows, each after those that feed it. */
export function quantizedKernels(model: tf.LayersModel): QuantizedLayer[] {
  return model.layers.filter(
    (layer): layer is QuantizedLayer =>
      layer instanceof QuantizedLayer && layer.weightFormat !== undefined && hasKernel(layer.inner),
  );
}
