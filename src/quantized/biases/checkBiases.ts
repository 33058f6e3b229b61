import type { tf } from "../../tensorflow/index.js";
import { warnOf } from "../left.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import { biasPlace } from "./biasPlace.js";

/**
 * @internal
 * Names the layers of a prepared model whose biases stay in float, because their grid isn't known.
 *
 * @throws TypeError if that is so for all biases (the message names the layers)
 */
export function checkBiases(prepared: tf.LayersModel, model: tf.LayersModel): void {
  const left: string[] = [];
  let onGrid = 0;
  for (const layer of prepared.layers) {
    const place = layer instanceof QuantizedLayer ? biasPlace(layer) : undefined;
    if (typeof place === "object") onGrid++;
    if (typeof place !== "string") continue;
    left.push(`"${layer.name}" (${(layer as QuantizedLayer).inner.getClassName()}: ${place})`);
  }
  if (onGrid > 0) {
    warnOf(model, 'biases: "grid"', { subject: "biases in float", layers: left });
    return;
  }
  throw new TypeError(
    `invalid biases: "grid" (expected a layer with a bias whose kernel and input are quantized, as in q.scheme({ weights: q.int(8), activations: q.uint(8) })${left.length > 0 ? `; the model has ${left.join(", ")}` : ""})`,
  );
}
