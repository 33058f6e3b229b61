import type { DataFrame } from "danfojs-node";
import { checkModel } from "../graph/index.js";
import { dataFrame } from "../report/index.js";
import type { tf } from "../tensorflow/index.js";
import { computedKernels, otherWeights, withFolded } from "./computedKernels.js";
import { storageOf } from "./storage.js";

/**
 * The share of the weights of a model's kernels that are 0, from 0 to 1. Quantized kernels count with their
 * rounded values, so that a weight that is rounded to 0 counts as 0.
 *
 * @throws TypeError if `model` isn't a Layers model
 * @example
 * q.compression.sparsity(q.compression.prune(model, { sparsity: 0.75 })); // 0.75
 */
export function sparsity(model: tf.LayersModel): number {
  checkModel(model);
  let [zeros, all] = [0, 0];
  for (const { values } of computedKernels(model)) {
    zeros += zerosOf(values);
    all += values.length;
  }
  return all === 0 ? 0 : zeros / all;
}

/**
 * The bytes that a model's weights take when each kernel is stored in the shortest of four forms: dense; a bitmask
 * and the values that aren't 0; indices and a codebook; a bitmask with indices and a codebook. Kernels take the
 * bits of their format, all other weights float32, and batch normalization is folded; scales aren't counted,
 * and nothing is entropy-coded.
 *
 * @throws TypeError if `model` isn't a Layers model
 * @example
 * q.compression.size(model); // 3816
 * q.compression.size(q.compression.prune(model, { sparsity: 0.75 })); // 1194
 */
export function size(model: tf.LayersModel): number {
  checkModel(model);
  return withFolded(model, (folded) =>
    computedKernels(folded)
      .map(({ values, bits }) => storageOf(values, bits).bytes)
      .reduce((sum, bytes) => sum + bytes, 4 * otherWeights(folded)),
  );
}

/**
 * The results of pruning and clustering, a row for each kernel: `layer`, `kernel`, the number of `weights`, the
 * number of `zeros`, the `sparsity (%)`, the number of `different` values, the `bits` of a value, and the
 * `form` in which the kernel is smallest ({@link size}) with its `bytes`.
 *
 * @throws TypeError if `model` isn't a Layers model; RangeError if the model has no kernels
 * @example
 * const table = q.compression.summary(q.compression.prune(model, { pattern: "2:4" }));
 * table.zeros.values; // [ 0, 0, 64, 320 ]
 */
export function summary(model: tf.LayersModel): DataFrame {
  checkModel(model);
  const kernels = withFolded(model, computedKernels);
  return dataFrame(
    kernels.map(({ layer, weight, values, bits }) => {
      const zeros = zerosOf(values);
      return {
        layer,
        kernel: weight,
        weights: values.length,
        zeros,
        "sparsity (%)": (100 * zeros) / values.length,
        different: new Set(values).size,
        bits,
        ...storageOf(values, bits),
      };
    }),
  );
}

function zerosOf(values: Float32Array): number {
  return values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
}
