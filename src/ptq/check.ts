import { checkModel } from "../models/check.js";
import { flatLayers } from "../models/topology.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import type { tf } from "../tensorflow/index.js";
import { quantizedKernels } from "./network.js";

/** @internal A technique finds nothing in a model that it could do. */
export class InapplicableError extends TypeError {
  override readonly name = "TypeError";
}

/**
 * @internal
 * @throws TypeError for what isn't a Layers model or is quantized already; RangeError for weights that
 *   aren't finite, naming the layer
 */
export function checkFloat(model: tf.LayersModel): void {
  checkModel(model);
  const quantized = model.layers.find((layer) => layer instanceof QuantizedLayer);
  if (quantized) {
    throw new TypeError(
      `invalid model: layer "${quantized.name}" is quantized already (expected the float model)`,
    );
  }
  for (const layer of model.layers) {
    for (const weight of layer.getWeights()) {
      const wrong = weight.dataSync().find((value) => !Number.isFinite(value));
      if (wrong === undefined) continue;
      throw new RangeError(
        `invalid weights of layer "${layer.name}": ${wrong} (expected finite numbers; has the training diverged?)`,
      );
    }
  }
}

/**
 * @internal
 * @throws as {@link checkFloat} does; TypeError for a second model that isn't the first one's, with
 *   quantized kernels
 */
export function checkPair(float: tf.LayersModel, quantized: tf.LayersModel): void {
  checkFloat(float);
  checkModel(quantized);
  const layers = quantizedKernels(quantized);
  if (layers.length === 0) {
    throw new InapplicableError(
      `invalid quantized model: no layer of "${quantized.name}" has a quantized kernel (expected a model from q.quantize(model, q.scheme({ weights: q.int(4) }), …))`,
    );
  }
  for (const { name, inner } of layers) {
    const twin = flatLayers(float).find((layer) => layer.name === name);
    const [own, other] = [inner, twin].map((layer) => String(layer?.getWeights()[0]?.shape));
    if (own === other) continue;
    throw new TypeError(
      `invalid quantized model: layer "${name}" isn't one of the float model's (expected the model that it was quantized from)`,
    );
  }
}

/** @internal @throws RangeError for what isn't a number from `low` to `high` */
export function checkNumber(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new RangeError(`invalid ${name}: ${value} (expected a number from ${low} to ${high})`);
}
