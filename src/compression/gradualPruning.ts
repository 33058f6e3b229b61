import { checkCount, checkOptionalCounts, checkOptions } from "../arguments/index.js";
import { StepCallback } from "../train/index.js";
import { type ConstrainedKernel, constrainedKernels } from "./constrainedKernels.js";
import { SparsityConstraint } from "./constraints.js";
import { checkSparsity, pruneKernels } from "./prune.js";

/** Options of {@link GradualPruning}. */
export interface GradualPruningOptions {
  /** The share of weights that are 0 in the end, s_f: from 0 to below 1. */
  sparsity: number;
  /** The share at the beginning, s_i. Default 0. */
  initial?: number;
  /** The step of the first pruning, t₀, at least 0. Default 0. */
  begin?: number;
  /** The step of the last pruning, t₀ + nΔt. Default: three quarters of the training. */
  end?: number;
  /** The number of steps from one pruning to the next, Δt. Default: a number that makes about 20 prunings. */
  every?: number;
  /** The weights that are ranked against each other, as in {@link prune}. Default `"layer"`. */
  scope?: "layer" | "model";
}

/**
 * A callback that prunes a model more and more while the model is trained: s_t = s_f + (s_i − s_f)·(1 − (t −
 * t₀)/(nΔt))³, so that more weights are removed while many are left. Zhu and Gupta 2017, arXiv:1710.01878,
 * equation 1. The steps are compiled as without the callback. The model must be from {@link prune}, say with a
 * sparsity of 0.
 *
 * @throws RangeError if a sparsity isn't from 0 to below 1, or if the steps aren't in order; when the training
 *   begins, TypeError if the model isn't from {@link prune}
 * @example
 * const growing = q.compression.prune(model, { sparsity: 0 });
 * const callbacks = q.compression.gradualPruning({ sparsity: 0.8 });
 * await q.fit(growing, train, { epochs: 10, callbacks, progress: false });
 * q.compression.sparsity(growing); // 0.80
 */
export class GradualPruning extends StepCallback {
  /** @internal */
  static readonly className = "GradualPruning";

  readonly options: GradualPruningOptions;
  #kernels: ConstrainedKernel[] = [];
  #end = 0;
  #every = 1;

  constructor(options: GradualPruningOptions) {
    checkOptions<GradualPruningOptions>("q.compression.gradualPruning", options, {
      sparsity: true,
      initial: true,
      begin: true,
      end: true,
      every: true,
      scope: true,
    });
    super();
    const { sparsity, initial = 0, begin = 0, end, every } = options ?? {};
    checkSparsity(sparsity);
    checkSparsity(initial);
    checkCount("begin", begin, { least: 0 });
    checkOptionalCounts({ end, every });
    if (initial > sparsity) {
      throw new RangeError(
        `invalid initial: ${initial} (expected at most the sparsity, ${sparsity})`,
      );
    }
    if (end !== undefined && end <= begin) {
      throw new RangeError(`invalid end: ${end} (expected a step after begin, ${begin})`);
    }
    this.options = options;
  }

  /**
   * The sparsity at a step; `end` is 100 here if it isn't given and no training has begun.
   *
   * @example
   * q.compression.gradualPruning({ sparsity: 0.8, end: 100 }).at(50); // 0.7
   */
  at(step: number): number {
    const { sparsity, initial = 0, begin = 0, end = this.#end || 100 } = this.options;
    const share = Math.min(1, Math.max(0, (step - begin) / (end - begin)));
    return sparsity + (initial - sparsity) * (1 - share) ** 3;
  }

  override begin(steps: number): void {
    const { begin = 0, end = Math.max(begin + 1, Math.floor(0.75 * steps)), every } = this.options;
    this.#kernels = constrainedKernels(this.model, SparsityConstraint);
    if (this.#kernels.length === 0) {
      throw new TypeError(
        `invalid model: no kernel of "${this.model.name}" is pruned (expected a model from q.compression.prune(model, { sparsity: 0 }))`,
      );
    }
    if (!(end < steps)) {
      throw new RangeError(
        `invalid end: ${end} (expected a step of the training, which has ${steps})`,
      );
    }
    this.#end = end;
    this.#every = every ?? Math.max(1, Math.floor((end - begin) / 20));
  }

  override beforeStep(step: number): void {
    if (this.#prunesAt(step)) this.#prune(step);
  }

  #prunesAt(step: number): boolean {
    const { begin = 0 } = this.options;
    if (step < begin || step > this.#end) return false;
    return step === this.#end || (step - begin) % this.#every === 0;
  }

  #prune(step: number): void {
    const sparsity = this.at(step);
    pruneKernels(this.#kernels, { sparsity: () => sparsity, scope: this.options.scope });
  }
}

/**
 * Makes a new {@link GradualPruning}, a callback of {@link fit}.
 *
 * @throws RangeError if the sparsity isn't from 0 to below 1, or if the steps aren't in order
 * @example
 * q.compression.gradualPruning({ sparsity: 0.8, end: 100 }).at(100); // 0.8
 */
export function gradualPruning(options: GradualPruningOptions): GradualPruning {
  return new GradualPruning(options);
}
