import { checkModel, type Layer, topology } from "../../graph/index.js";
import { ruledWeights, weightAt } from "../../layers/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import { quantizedLayers } from "./network.js";

/** @internal The error of a technique that finds nothing to do in a model. */
export class InapplicableError extends TypeError {
  override readonly name = "TypeError";
}

/**
 * @internal
 * @throws TypeError if `model` isn't a Layers model or is quantized already; RangeError if a weight isn't
 *   finite (the message names the layer)
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
 * @throws the errors of {@link checkFloat}; TypeError if `quantized` has no quantized kernel, or wasn't made
 *   from `float`
 */
export function checkPair(float: tf.LayersModel, quantized: tf.LayersModel): void {
  checkFloat(float);
  checkModel(quantized);
  const layers = quantizedLayers(quantized);
  if (layers.length === 0) {
    throw new InapplicableError(
      `invalid quantized model: no layer of "${quantized.name}" has a quantized kernel (expected a model from q.quantize(model, q.scheme({ weights: q.int(4) }), …))`,
    );
  }
  const nodes = topology(float, { shared: true });
  for (const { name, inner } of layers) {
    const twin = nodes.find((node) => node.name === name);
    if (twin && shapesOf(inner) === shapesOf(twin.layer)) continue;
    throw new TypeError(
      `invalid quantized model: layer "${name}" isn't one of the float model's (expected the model that it was quantized from)`,
    );
  }
}

function shapesOf(layer: Layer): string {
  return ruledWeights(layer)
    .map(({ path }) => weightAt(layer, path).shape)
    .join("; ");
}
