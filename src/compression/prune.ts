import { checkMeant, checkNumber, checkOptions, entryOf, namesMeant } from "../arguments/index.js";
import { checkModel, flatLayers, topology, warnUnknown } from "../graph/index.js";
import { ruledWeights, weightAt } from "../layers/index.js";
import { innerOf } from "../quantized/index.js";
import { tf } from "../tensorflow/index.js";
import {
  type ConstrainedKernel,
  constrainedKernels,
  withConstraints,
} from "./constrainedKernels.js";
import { ClusterConstraint, SparsityConstraint } from "./constraints.js";
import { magnitudeMask, type Pattern, patternMask } from "./mask.js";

/** Options of {@link prune}. */
export interface PruneOptions {
  /**
   * The share of each kernel's weights that become 0, from 0 to below 1; or shares by layers' names or patterns
   * (`{ "block_*": 0.5 }`), in which case other layers are not pruned. Default 0.5, unless there is a
   * `pattern`.
   */
  sparsity?: number | { readonly [layer: string]: number };
  /**
   * An N:M pattern: with `"2:4"`, the 2 largest of each 4 neighbours along the summed axis stay. Default: no
   * pattern.
   */
  pattern?: `${number}:${number}`;
  /**
   * The weights that are ranked against each other: those of a kernel (`"layer"`, the default), or those of all
   * kernels (`"model"`), so that some kernels get sparser than others.
   */
  scope?: "layer" | "model";
  /** Layers that are not pruned, by names or patterns such as `"*_se_*"`. Default: none. */
  exclude?: readonly string[];
}

/**
 * Sets the weights of each kernel with the smallest magnitudes to 0, and keeps them at 0: in training by
 * {@link fit}, and in the models that {@link prepare} and {@link quantize} make from the result, since every
 * grid has a code for 0 (the techniques `"rotate"`, `"gptq"` and `"adaround"` don't keep zeros). Train the
 * result, since pruning costs accuracy. Han et al. 2015, arXiv:1506.02626; N:M patterns: Mishra et al. 2021,
 * arXiv:2104.08378.
 *
 * The zeros of the kernel are the mask: nothing has to be stripped before a model is used, and a saved model
 * keeps its mask. For plain `model.fit` see {@link preserving}; for sparsity that grows while training,
 * {@link GradualPruning}.
 *
 * A pattern applies along the inputs of Dense and recurrent layers and the input channels of convolutions;
 * depthwise and transposed convolutions, embeddings, and kernels with fewer inputs than the pattern is long
 * stay as they are, and a warning names these layers, as well as layers of unknown types.
 *
 * @param model a tfjs Layers model, prepared for QAT or not, which isn't changed
 * @returns a new model
 * @throws TypeError if `model` isn't a Layers model, if a kernel is clustered (prune before you cluster), or if
 *   a kernel has a constraint that isn't from `q.compression`; RangeError if `sparsity` isn't from 0 to below
 *   1, if `pattern` isn't `"N:M"` with N below M, or if a named layer isn't in the model
 * @example
 * const pruned = q.compression.prune(model, { sparsity: 0.5 });
 * await q.fit(pruned, train, { epochs: 5, progress: false });
 * q.compression.sparsity(pruned); // 0.50
 */
export function prune(model: tf.LayersModel, options: PruneOptions = {}): tf.LayersModel {
  checkOptions<PruneOptions>("q.compression.prune", options, {
    sparsity: true,
    pattern: true,
    scope: true,
    exclude: true,
  });
  checkModel(model);
  const chosen = choose(model, options);
  const pruned = withConstraints(model, (_, constraint, name) => {
    if (!chosen.has(name)) return constraint;
    if (!(constraint instanceof ClusterConstraint)) return new SparsityConstraint();
    throw new TypeError(
      `cannot prune layer "${name}": its weights are clustered (expected q.compression.cluster(q.compression.prune(model)))`,
    );
  });
  warnUnknown("q.compression.prune", flatLayers(model).map(innerOf));
  try {
    const kernels = constrainedKernels(pruned, SparsityConstraint).filter(({ layer }) =>
      chosen.has(layer.name),
    );
    pruneKernels(kernels, { ...options, sparsity: ({ layer }) => chosen.get(layer.name)! });
    if (options.pattern !== undefined) warnUnfit(kernels, options.pattern);
  } catch (error) {
    pruned.dispose();
    throw error;
  }
  return pruned;
}

/** @internal Checked options of {@link pruneKernels}. */
export interface PruneKernels {
  sparsity: (kernel: ConstrainedKernel) => number;
  pattern?: string;
  scope?: "layer" | "model";
}

/** @internal Sets the smallest weights of kernels to 0. */
export function pruneKernels(
  kernels: readonly ConstrainedKernel[],
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
        : fits(kernel, parsePattern(pattern))
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

/** Whether a kernel's second to last axis is summed; it is if the layer has no rule. */
function sumsInputs({ layer, weight }: ConstrainedKernel): boolean {
  const inner = innerOf(layer);
  const rules = ruledWeights(inner);
  const rule = rules.find(({ path }) => weightAt(inner, path) === weight) ?? rules[0];
  return !rule || (rule.inputs === -2 && ![rule.outputs].flat().includes(-2));
}

/** Whether a kernel has the neighbours along a summed axis that a pattern is about. */
function fits(kernel: ConstrainedKernel, { of }: Pattern): boolean {
  return sumsInputs(kernel) && (kernel.weight.shape.at(-2) ?? 0) >= of;
}

/** Names the layers in a warning whose kernels a pattern leaves as they are. */
function warnUnfit(kernels: readonly ConstrainedKernel[], pattern: string): void {
  const unfit = kernels.filter((kernel) => !fits(kernel, parsePattern(pattern)));
  if (unfit.length === 0) return;
  const layers = new Set(
    unfit.map(({ layer }) => `"${layer.name}" (${innerOf(layer).getClassName()})`),
  );
  console.warn(
    `q.compression.prune leaves kernels as they are, which have no ${parsePattern(pattern).of} neighbours along a summed axis: ${[...layers].join(", ")}`,
  );
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
        `invalid sparsity: ${sparsity} beside the pattern ${pattern} (expected only one of the two)`,
      );
    }
  }
  if (!["layer", "model"].includes(scope)) {
    throw new TypeError(`invalid scope: ${scope} (expected "layer" or "model")`);
  }
  if (scope === "model" && (typeof sparsity === "object" || pattern !== undefined)) {
    throw new TypeError(
      'invalid scope: "model" (expected a single sparsity for all layers beside it, as in { scope: "model", sparsity: 0.5 })',
    );
  }
  const names = [...new Set(topology(model, { shared: true }).map(({ name }) => name))];
  const byName = typeof sparsity === "object" ? sparsity : undefined;
  const left = namesMeant("exclude", exclude, names);
  for (const pattern of Object.keys(byName ?? {})) checkMeant("sparsity", pattern, names);
  const shares = names.flatMap((name) => {
    const share = byName ? entryOf(byName, name) : ((sparsity as number | undefined) ?? 0.5);
    return share === undefined ? [] : [[name, share] as const];
  });
  for (const [, share] of shares) checkSparsity(share);
  return new Map(shares.filter(([name]) => !left.has(name)));
}

/** @internal @throws RangeError if `sparsity` isn't a share from 0 to below 1 */
export function checkSparsity(sparsity: number): void {
  checkNumber("sparsity", sparsity, { noun: "a share", from: 0, below: 1, example: "0.5" });
}

function parsePattern(pattern: string): Pattern {
  const [keep, of] = /^(\d+):(\d+)$/.exec(pattern)?.slice(1).map(Number) ?? [];
  if (keep !== undefined && of !== undefined && keep >= 1 && keep < of) return { keep, of };
  throw new RangeError(
    `invalid pattern: ${pattern} (expected N:M, N of M neighbours that stay, as in "2:4")`,
  );
}
