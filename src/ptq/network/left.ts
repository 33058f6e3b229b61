import { ruledWeights } from "../../layers/index.js";
import type { QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import { InapplicableError } from "./check.js";
import { quantizedLayers } from "./network.js";

/**
 * @internal
 * Names the quantized layers that a technique leaves as they are, because it can't handle them: in a warning,
 * or in an error if the technique would leave all layers.
 *
 * @param takes whether the technique changes a layer's weight, given by its path
 * @throws TypeError if the technique can change no layer (the message names the layers)
 */
export function reportLeft(
  technique: string,
  quantized: tf.LayersModel,
  takes: (layer: QuantizedLayer, path: string) => boolean,
): void {
  const layers = quantizedLayers(quantized);
  const left = layers.flatMap((layer) => {
    const paths = ruledWeights(layer.inner).map(({ path }) => path);
    const others = paths.filter((path) => !takes(layer, path));
    return others.length > 0 ? [nameOf(layer, others)] : [];
  });
  if (left.length === 0) return;
  const all = layers.every((layer) =>
    ruledWeights(layer.inner).every(({ path }) => !takes(layer, path)),
  );
  const why = `it has no linear map of ${left.join(", ")}`;
  if (all) {
    throw new InapplicableError(
      `cannot apply ${technique}: ${why} (expected a layer such as Dense or Conv2D, or a rule with one, as in q.registerLayer)`,
    );
  }
  console.warn(`${technique} leaves weights as they were rounded: ${why}`);
}

function nameOf({ name, inner }: QuantizedLayer, paths: string[]): string {
  return `"${name}" (${inner.getClassName()}: ${paths.join(", ")})`;
}
