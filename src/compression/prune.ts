import { checkModel } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import { constrainedKernels, type Kernel, withConstraints } from "./constrainedKernels.js";
import { ClusterConstraint, SparsityConstraint } from "./constraints.js";
import { magnitudeMask, type Pattern, patternMask } from "./mask.js";

/** Options of {@link prune}. */
export interface PruneOptions {
  /**
   * The share of each kernel's weights that become 0, from 0 to below 1; or a share for each of some layers
   * by name, the others are not pruned. Default 0.5, unless there is a pattern.
   */
  sparsity?: number | { readonly [layer: string]: number };
  /** `"2:4"`, say: of each 4 neighbours along the summed axis the 2 largest stay. Default: any may go. */
  pattern?: `${number}:${number}`;
  /**
   * Whose weights are ranked against each other: `"layer"`, those of a kernel (default); `"model"`: those
   * of all kernels, so that some get sparser than others.
   */
  scope?: "layer" | "model";
  /** Names of layers that are not pruned. Default: none. */
  exclude?: readonly string[];
}

/**
 * Sets the smallest weights of each kernel to 0, by magnitude, and keeps them there: under {@link fit}, and in
 * what {@link prepare} and {@link quantize} make of the model (0 is a code of every grid; the steps `"rotate"`,
 * `"gptq"` and `"adaround"` make other weights of them). Train the result, since pruning costs accuracy. Han et al. 2015,
 * arXiv:1506.02626; N:M patterns: Mishra et al. 2021, arXiv:2104.08378.
 *
 * The mask is the kernel's zeros themselves: there is nothing to strip before a model is used, and a saved model
 * has it too. For plain `model.fit` see {@link preserving}; for sparsity that grows while training, {@link GradualPruning}.
 *
 * A pattern applies along the inputs of Dense and recurrent layers and the input channels of convolutions;
 * depthwise and transposed convolutions, embeddings, and kernels with fewer inputs than the pattern is long
 * stay as they are.
 *
 * @param model a tfjs Layers model, prepared for QAT or not; it isn't changed
 * @returns a new model
 * @throws TypeError for what isn't a model, for a kernel with another constraint or clusters (prune first);
 *   RangeError for a sparsity or pattern that makes no sense, and for layers that aren't there
 * @example
 * const pruned = q.compression.prune(model, { sparsity: 0.5 });
 * await q.fit(pruned, train, { epochs: 5, progress: false });
 * q.compression.sparsity(pruned); // 0.50
 */
export function prune(model: tf.LayersModel, options: PruneOptions = {}): tf.LayersModel {
  checkModel(model);
  const chosen = choose(model, options);
  const pruned = withConstraints(model, (layer, constraint) => {
    if (!chosen.has(layer.name)) return constraint;
    if (!(constraint instanceof ClusterConstraint)) return new SparsityConstraint();
    throw new TypeError(
      `cannot prune layer "${layer.name}": its weights are clustered (expected q.compression.cluster(q.compression.prune(model)))`,
    );
  });
  try {
    const kernels = constrainedKernels(pruned, SparsityConstraint);
    pruneKernels(
      kernels.filter(({ layer }) => chosen.has(layer.name)),
      { ...options, sparsity: ({ layer }) => chosen.get(layer.name)! },
    );
  } catch (error) {
    pruned.dispose();
    throw error;
  }
  return pruned;
}

/** @internal How kernels are pruned, of checked options. */
export interface PruneKernels {
  sparsity: (kernel: Kernel) => number;
  pattern?: string;
  scope?: "layer" | "model";
}

/** @internal Sets the smallest weights of kernels to 0. */
export function pruneKernels(
  kernels: readonly Kernel[],
  { sparsity, pattern, scope = "layer" }: PruneKernels,
): void {
  const values = kernels.map(({ weight }) => weight.read().dataSync() as Float32Array);
  if (scope === "model" && pattern === undefined && kernels.length > 0) {
    const all = Float32Array.from(values.flatMap((list) => Array.from(list)));
    const mask = magnitudeMask(all, sparsity(kernels[0]!));
    let start = 0;
    kernels.forEach(({ weight }, i) => {
      writeMasked(weight, values[i]!, mask.subarray(start, start + values[i]!.length));
      start += values[i]!.length;
    });
    return;
  }
  kernels.forEach((kernel, i) => {
    const { weight } = kernel;
    const mask =
      pattern === undefined
        ? magnitudeMask(values[i]!, sparsity(kernel))
        : sumsInputs(kernel)
          ? patternMask(values[i]!, weight.shape as number[], parsePattern(pattern))
          : undefined;
    if (mask) writeMasked(weight, values[i]!, mask);
  });
}

function writeMasked(weight: tf.LayerVariable, values: Float32Array, mask: Uint8Array): void {
  tf.tidy(() => {
    const kept = values.map((value, i) => (mask[i] ? value : 0));
    weight.write(tf.tensor(kept, weight.shape as number[]));
  });
}

/** Whether a kernel's second to last axis is one that is summed. */
function sumsInputs({ layer, weight }: Kernel): boolean {
  const { inner } = layer as { inner?: Kernel["layer"] };
  const className = (inner ?? layer).getClassName();
  return !/depthwise|embeddings/.test(weight.originalName) && !/Transpose/.test(className);
}

/** The sparsity of each layer that is pruned. */
function choose(
  model: tf.LayersModel,
  { sparsity, pattern, scope = "layer", exclude = [] }: PruneOptions,
): Map<string, number> {
  if (pattern !== undefined) {
    parsePattern(pattern);
    if (sparsity !== undefined) {
      throw new TypeError(
        `invalid sparsity: ${sparsity} beside the pattern ${pattern} (expected one)`,
      );
    }
  }
  if (!["layer", "model"].includes(scope)) {
    throw new TypeError(`invalid scope: ${scope} (expected "layer" or "model")`);
  }
  if (scope === "model" && (typeof sparsity === "object" || pattern !== undefined)) {
    throw new TypeError('invalid scope: "model" takes one sparsity for all (as in 0.5)');
  }
  const names = model.layers.map(({ name }) => name);
  const given = typeof sparsity === "object" ? sparsity : undefined;
  const unknown = [...Object.keys(given ?? {}), ...exclude].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `invalid layers: no layer "${unknown}" (the model has ${names.join(", ")})`,
    );
  }
  const shares = given
    ? Object.entries(given)
    : names.map((name) => [name, typeof sparsity === "number" ? sparsity : 0.5] as const);
  for (const [, share] of shares) checkSparsity(share);
  return new Map(shares.filter(([name]) => !exclude.includes(name)));
}

/** @internal @throws RangeError for what isn't a share below 1 */
export function checkSparsity(sparsity: number): void {
  if (sparsity >= 0 && sparsity < 1) return;
  throw new RangeError(
    `invalid sparsity: ${sparsity} (expected a share from 0 to below 1, as in 0.5)`,
  );
}

function parsePattern(pattern: string): Pattern {
  const [keep, of] = /^(\d+):(\d+)$/.exec(pattern)?.slice(1).map(Number) ?? [];
  if (keep !== undefined && of !== undefined && keep >= 1 && keep < of) return { keep, of };
  throw new RangeError(
    `invalid pattern: ${pattern} (expected how many stay of how many, as in "2:4")`,
  );
}
