import { StepCallback } from "../train/index.js";
import { constrainedKernels, type Kernel } from "./constrainedKernels.js";
import { SparsityConstraint } from "./constraints.js";
import { checkSparsity, pruneKernels } from "./prune.js";

/** Options of {@link GradualPruning}. */
export interface GradualPruningOptions {
  /** The share of weights that are 0 in the end, s_f: from 0 to below 1. */
  sparsity: number;
  /** The share at the beginning, s_i. Default 0. */
  initial?: number;
  /** The step of the first pruning, t₀, from 0. Default 0. */
  begin?: number;
  /** The step of the last pruning, t₀ + nΔt. Default: three quarters of the training. */
  end?: number;
  /** Steps from one pruning to the next, Δt. Default: so many that there are 20. */
  every?: number;
  /** As {@link prune} has it. Default `"layer"`. */
  scope?: "layer" | "model";
}

/**
 * A callback that prunes while a model is trained, more and more: s_t = s_f + (s_i − s_f)·(1 − (t − t₀)/(nΔt))³,
 * so that many weights go while many are left. Zhu and Gupta 2017, arXiv:1710.01878, equation 1. In between the
 * step is compiled as ever. The model is one that {@link prune} made, with a sparsity of 0 say.
 *
 * @throws RangeError for a sparsity, or steps, that make no sense; TypeError, when the training begins, for a
 *   model that {@link prune} didn't make
 * @example
 * const growing = q.compression.prune(model, { sparsity: 0 });
 * const callbacks = new q.compression.GradualPruning({ sparsity: 0.8 });
 * await q.fit(growing, train, { epochs: 10, callbacks, progress: false });
 * q.compression.sparsity(growing); // 0.80
 */
export class GradualPruning extends StepCallback {
  readonly options: GradualPruningOptions;
  #kernels: Kernel[] = [];
  #end = 0;
  #every = 1;

  constructor(options: GradualPruningOptions) {
    super();
    const { sparsity, initial = 0, begin = 0, end, every } = options ?? {};
    checkSparsity(sparsity);
    checkSparsity(initial);
    checkSteps({ begin, end, every });
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
   * The sparsity that the schedule has at a step; `end` defaults to 100 here.
   *
   * @example
   * new q.compression.GradualPruning({ sparsity: 0.8, end: 100 }).at(50); // 0.7
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

function checkSteps(steps: Record<string, number | undefined>): void {
  for (const [name, value] of Object.entries(steps)) {
    const least = name === "begin" ? 0 : 1;
    if (value === undefined || (Number.isInteger(value) && value >= least)) continue;
    throw new RangeError(`invalid ${name}: ${value} (expected a whole number from ${least})`);
  }
}
