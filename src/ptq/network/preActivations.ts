import { normalizationAfter, statistics, topology } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";

/** The mean and the standard deviation of each channel. */
export interface Normal {
  mean: Float64Array;
  deviation: Float64Array;
}

const remembered = new WeakMap<tf.LayersModel, Map<string, Normal>>();

/**
 * @internal
 * The distributions of layers' outputs before the nonlinearity, which batch normalization states without any
 * data: β is the mean of the outputs, and |γ| their standard deviation. The keys are the names of the layers
 * that the normalizations are folded into.
 */
export function preActivations(model: tf.LayersModel): Map<string, Normal> {
  const stored = remembered.get(model);
  if (stored) return stored;
  const normals = new Map<string, Normal>();
  for (const node of topology(model, { shared: true })) {
    const normalization = normalizationAfter(node);
    if (!normalization) continue;
    tf.tidy(() => {
      const { beta, gamma } = statistics(normalization);
      const [mean, deviation] = [beta, gamma.abs()].map((values) =>
        Float64Array.from(values.dataSync()),
      );
      normals.set(node.layer.name, { mean: mean!, deviation: deviation! });
    });
  }
  return normals;
}

/**
 * @internal
 * Keeps, for a model whose batch normalization is folded, the distributions of outputs that the normalization
 * stated.
 */
export function remember(model: tf.LayersModel, normals: Map<string, Normal>): void {
  remembered.set(model, normals);
}
