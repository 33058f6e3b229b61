import { normalizationAfter } from "../models/foldBatchNorm.js";
import { topology } from "../models/topology.js";
import type { tf } from "../tensorflow/index.js";

/** The mean and the standard deviation of each channel. */
export interface Normal {
  mean: Float64Array;
  deviation: Float64Array;
}

const remembered = new WeakMap<tf.LayersModel, Map<string, Normal>>();

/**
 * @internal
 * How the outputs of layers are distributed before their nonlinearity, as batch normalization says
 * without any data: its β is their mean, its |γ| their standard deviation. By the name of the layer
 * that the normalization is folded into.
 */
export function preActivations(model: tf.LayersModel): Map<string, Normal> {
  const known = remembered.get(model);
  if (known) return known;
  const found = new Map<string, Normal>();
  for (const node of topology(model)) {
    const normalization = normalizationAfter(node);
    if (!normalization) continue;
    const { scale, center } = normalization.getConfig();
    const weights = normalization
      .getWeights()
      .map((weight) => Float64Array.from(weight.dataSync()));
    const channels = weights[0]!.length;
    found.set(node.layer.name, {
      mean: center ? weights[scale ? 1 : 0]! : new Float64Array(channels),
      deviation: scale ? weights[0]!.map(Math.abs) : new Float64Array(channels).fill(1),
    });
  }
  return found;
}

/** @internal Keeps what a model knew of its outputs for one made of it, whose normalization is folded. */
export function remember(model: tf.LayersModel, normals: Map<string, Normal>): void {
  remembered.set(model, normals);
}

/**
 * @internal
 * The mean of max(0, x) for x of a normal distribution: σ·φ(μ/σ) + μ·Φ(μ/σ). Nagel et al. 2019,
 * arXiv:1906.04721, equation 19 and appendix C.
 */
export function meanOfRelu(mean: number, deviation: number): number {
  if (deviation === 0) return Math.max(0, mean);
  const z = mean / deviation;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return deviation * density + mean * normalCdf(z);
}

/** Within 1e-7; Abramowitz and Stegun 1964, 7.1.26. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return z > 0 ? 1 - tail : tail;
}
