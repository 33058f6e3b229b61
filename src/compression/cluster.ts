import { checkBits, checkOptions, checkSeed, namesMeant } from "../arguments/index.js";
import {
  checkModel,
  flatLayers,
  foldBatchNorm,
  foldedTopology,
  warnUnknown,
} from "../graph/index.js";
import { innerOf } from "../quantized/index.js";
import { fakeQuantize, kMeans } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import {
  type ChooseConstraint,
  checkConstraints,
  constrainedKernels,
  withConstraints,
} from "./constrainedKernels.js";
import { ClusterConstraint } from "./constraints.js";

/** Options of {@link cluster}. */
export interface ClusterOptions {
  /**
   * Bits of an index, from 1 to 8: a kernel gets 2^bits values, and besides them 0 if it was pruned. Default 4.
   */
  bits?: number;
  /** Layers that are not clustered, by names or patterns such as `"*_se_*"`. Default: none. */
  exclude?: readonly string[];
  /** The seed that decides where k-means starts, as in {@link kMeans}. Default 0. */
  seed?: number | string;
}

/**
 * Gives the weights of each kernel few values, which k-means finds, and keeps the values few in training:
 * {@link fit} trains each cluster's value by the sum of its members' gradients, and each weight stays in its
 * cluster. Han et al. 2016 (Deep Compression), arXiv:1510.00149, section 3. QAT after {@link prepare} keeps the
 * clusters too: with a format per tensor a kernel has as many different codes as values, or fewer; with a
 * format per channel a value has a code in each channel.
 *
 * Batch normalization is folded first, since it would multiply a kernel's values by a different number in each
 * channel. Weights that {@link prune} set to 0 stay 0, and aren't counted among the 2^bits values. A kernel
 * with at most 2^bits different values stays as it is. For a kernel of more than 32,768 weights, k-means runs
 * on 32,768 quantiles of them. For plain `model.fit` see {@link preserving}.
 *
 * @param model a tfjs Layers model, which isn't changed
 * @returns a new model
 * @throws TypeError if `model` isn't a Layers model, or if a kernel has a constraint that isn't from
 *   `q.compression`; RangeError if `bits` isn't an integer from 1 to 8, or if `exclude` names a layer that the
 *   model doesn't have
 * @example
 * const clustered = q.compression.cluster(model, { bits: 3 });
 * await q.fit(clustered, train, { epochs: 5, learningRate: 0.001, progress: false });
 * new Set(clustered.getLayer("conv").getWeights()[0]!.dataSync()).size; // 8
 */
export function cluster(model: tf.LayersModel, options: ClusterOptions = {}): tf.LayersModel {
  checkOptions<ClusterOptions>("q.compression.cluster", options, {
    bits: true,
    exclude: true,
    seed: true,
  });
  const { bits = 4, exclude = [], seed = 0 } = options;
  checkModel(model);
  checkBits(bits, { most: 8, example: "q.compression.cluster(model, { bits: 3 })" });
  checkSeed(seed);
  const names = foldedTopology(model).map(({ name }) => name);
  const left = namesMeant("exclude", exclude, names);
  const choose: ChooseConstraint = (_, constraint, name) =>
    left.has(name) ? constraint : new ClusterConstraint({ sparse: constraint !== undefined });
  checkConstraints(model, choose);
  warnUnknown("q.compression.cluster", flatLayers(model).map(innerOf));
  const folded = foldBatchNorm(model);
  try {
    const clustered = withConstraints(folded, choose);
    for (const { weight } of constrainedKernels(clustered, ClusterConstraint)) {
      const { sparse } = weight.constraint as unknown as ClusterConstraint;
      shareValues(weight, { bits, seed, sparse });
    }
    return clustered;
  } finally {
    folded.dispose();
  }
}

function shareValues(
  weight: tf.LayerVariable,
  { bits, seed, sparse }: { bits: number; seed: number | string; sparse: boolean },
): void {
  const values = weight.read().dataSync();
  const counted = sparse ? values.filter((value) => value !== 0) : values;
  if (new Set(counted).size <= 2 ** bits) return;
  const few = quantiles(counted);
  const codebook = kMeans(new Set(few).size > 2 ** bits ? few : counted, bits, { seed });
  tf.tidy(() => {
    const shared = fakeQuantize(weight.read(), codebook);
    weight.write(sparse ? tf.mul(shared, tf.notEqual(weight.read(), 0).toFloat()) : shared);
  });
}

/** The most values that k-means is run on, since its time grows with their number. */
const mostValues = 2 ** 15;

/** Evenly spaced quantiles of the values, as many as k-means is run on; all values if there are no more. */
function quantiles(values: ArrayLike<number>): Float32Array {
  const sorted = Float32Array.from(values).sort();
  if (sorted.length <= mostValues) return sorted;
  const last = sorted.length - 1;
  return Float32Array.from(
    { length: mostValues },
    (_, i) => sorted[Math.round((i * last) / (mostValues - 1))]!,
  );
}
