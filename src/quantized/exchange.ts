import { type Exchange, weightAt } from "../layers/index.js";
import type { tf } from "../tensorflow/index.js";
import { biasOnGrid } from "./biases/onGrid.js";
import type { QuantizedLayer } from "./quantizedLayer.js";
import type { TensorQuantizer } from "./tensorQuantizer.js";

/**
 * @internal
 * The rounded weights that take the place of a layer's own in a call, and the functions that round its values inside. A
 * weight is rounded once in a call, however often the layer reads it.
 *
 * @param parts the quantizers of the values inside, by the paths of the parts that make them
 */
export function exchangeOf(
  layer: QuantizedLayer,
  parts: ReadonlyMap<string, TensorQuantizer>,
  training: boolean,
): Exchange {
  const weights = [...layer.weightQuantizers].map(
    ([path, quantizer]) =>
      [path, quantizer.apply(weightAt(layer.inner, path).read(), training)] as const,
  );
  const biases = layer.options.biases === "grid" ? biasOnGrid(layer) : [];
  const values = [...parts].map(([path, quantizer]) => {
    const change = (x: tf.Tensor) => quantizer.apply(x, training);
    return [path, Object.assign(change, { rounding: () => quantizer.rounding(training) })] as const;
  });
  return { weights: new Map([...weights, ...biases]), values: new Map(values) };
}
