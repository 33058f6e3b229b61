import { checkModel } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { fakeQuantize, kMeans } from "../quantizers/index.js";
import { checkCodebookBits } from "../quantizers/lloyd.js";
import { tf } from "../tensorflow/index.js";
import { constrainedKernels, withConstraints } from "./constrainedKernels.js";
import { ClusterConstraint } from "./constraints.js";

/** Options of {@link cluster}. */
export interface ClusterModelOptions {
  /** Bits of an index, from 1 to 8: a kernel gets 2^bits values, and 0 besides where it was pruned. Default 4. */
  bits?: number;
  /** Names of layers that are not clustered. Default: none. */
  exclude?: readonly string[];
  /** Decides where k-means starts, as in {@link kMeans}. Default 0. */
  seed?: number | string;
}

/**
 * Gives the weights of each kernel few values, those that k-means finds, and keeps them few: under {@link fit}
 * each cluster's value is trained by the sum of its members' gradients, and which weight belongs to which
 * cluster stays. Han et al. 2016 (Deep Compression), arXiv:1510.00149, section 3. So does {@link prepare} with
 * QAT: formats per tensor have as few codes or fewer; per channel a value has a code in each channel.
 *
 * Batch normalization is folded first, since it would multiply a kernel's values by another number in each
 * channel. Weights that {@link prune} set to 0 stay 0, and aren't counted. Kernels with fewer values than that
 * stay as they are; of more than 32,768 weights k-means sees as many quantiles. For plain `model.fit` see
 * {@link preserving}.
 *
 * @param model a tfjs Layers model; it isn't changed
 * @returns a new model
 * @throws TypeError for what isn't a model, or for a kernel with another constraint; RangeError for bits out of
 *   range, and for layers that aren't there
 * @example
 * const clustered = q.compression.cluster(model, { bits: 3 });
 * await q.fit(clustered, train, { epochs: 5, learningRate: 0.001, progress: false });
 * new Set(clustered.getLayer("conv").getWeights()[0]!.dataSync()).size; // 8
 */
export function cluster(
  model: tf.LayersModel,
  { bits = 4, exclude = [], seed = 0 }: ClusterModelOptions = {},
): tf.LayersModel {
  checkModel(model);
  checkCodebookBits(bits, "q.compression.cluster(model, { bits: 3 })");
  const folded = foldBatchNorm(model);
  try {
    const names = folded.layers.map(({ name }) => name);
    const unknown = exclude.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new RangeError(
        `invalid exclude: no layer "${unknown}" (the model has ${names.join(", ")})`,
      );
    }
    const clustered = withConstraints(folded, (layer, constraint) => {
      if (exclude.includes(layer.name)) return constraint;
      return new ClusterConstraint({ sparse: constraint !== undefined });
    });
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

/** Values that k-means sees at most: it takes a time that grows with them. */
const mostValues = 2 ** 15;

/** As many of the values in order, evenly spaced, as k-means is given; all of them where they are fewer. */
function quantiles(values: ArrayLike<number>): Float32Array {
  const sorted = Float32Array.from(values).sort();
  if (sorted.length <= mostValues) return sorted;
  const last = sorted.length - 1;
  return Float32Array.from(
    { length: mostValues },
    (_, i) => sorted[Math.round((i * last) / (mostValues - 1))]!,
  );
}
