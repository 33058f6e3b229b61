import { checkCount, checkNumber, checkOptions } from "../arguments/index.js";
import { findHost } from "../display/index.js";
import {
  type Argument,
  captureGraph,
  compile,
  countOps,
  isNative,
  type Measurement,
  measure,
  reasonNotNative,
  SavedState,
  tf,
} from "../tensorflow/index.js";
import { yieldToEvents } from "../train/index.js";
import { type CompiledGraph, Profile } from "./result.js";
import { type Timing, timing } from "./timing.js";

/** Options of {@link profile}. */
export interface ProfileOptions {
  /** How many calls are measured, of the eager step and of the compiled one. Default 30. */
  calls?: number;
  /** The seconds after which no further call of either step is begun; three calls of each are made in any case. Default 10. */
  seconds?: number;
  /**
   * When this signal is aborted, profiling stops between two calls. Default: the cell's signal, so that
   * interrupting the cell stops it.
   */
  signal?: AbortSignal;
}

/**
 * A function of tensors. If {@link compile} made it, the original function is profiled, with the same
 * options.
 */
type Step<A extends Argument[]> = ((...args: A) => unknown) & {
  readonly eager?: (...args: A) => unknown;
  readonly rewrite?: boolean;
};

/**
 * The number of calls before the measured calls: the first call makes an optimizer's slots, and V8 compiles
 * the code.
 */
const warmUp = 2;
const fewest = 3;
/** The most calls to wait for a graph: a function has it after two or three calls, or never. */
const mostBuilding = 4;

/**
 * Measures where the time of a step goes: in TensorFlow's ops, in copying values, in JavaScript; first as
 * it is written, then as one graph, as {@link compile} makes it.
 *
 * The step really runs, `calls` times each way and a few times before. Afterwards all variables have the
 * values that they had, bit for bit, and optimizers the steps that they had counted: the model is as it was.
 * Other effects of the step (plots, JavaScript variables, the draws of `q.random`) stay. A step that is
 * compiled already is compiled again with the same options. The tensors that the step returns are disposed.
 *
 * A time is the mean of the middle half of the calls. Native times include handing the op over to
 * TensorFlow. TensorFlow doesn't say how long a single op takes inside a graph.
 *
 * @param step a function of tensors (training, prediction), compiled or not
 * @param args the arguments of each call. Default: none
 * @returns figure, summary and ops: as a cell's last expression it shows the figure and the summary
 * @throws TypeError if `step` is not a function or is async, or if `args` is not a list; RangeError if
 *   `calls` is not a whole number of at least 3 or `seconds` is not above 0; the step's own errors
 * @example
 * const { tf } = q;
 * const w = tf.variable(tf.zeros([2]));
 * const sgd = tf.train.sgd(0.1);
 * const step = (x: q.tf.Tensor) => sgd.minimize(() => w.sub(x).square().mean(), true, [w])!;
 * const profile = await q.profile(step, [tf.tensor([3, 5])], { calls: 5 });
 * profile.compiled!.native.count; // 1 (of more than ten native calls as it is written)
 * w; // [ 0, 0 ]
 */
export async function profile<A extends Argument[]>(
  step: Step<A>,
  args: A = [] as never,
  options: ProfileOptions = {},
): Promise<Profile> {
  checkOptions<ProfileOptions>("q.profile", options, { calls: true, seconds: true, signal: true });
  const { calls = 30, seconds = 10, signal = findHost().signal } = options;
  check(step, args, calls, seconds);
  const written = step.eager ?? step;
  const state = new SavedState();
  const call = (fn: (...args: A) => unknown) => () =>
    state.watch(() => {
      tf.tidy(() => checkResult(fn(...args)));
    });

  /** The times of one way to run the step, measured call after call. */
  async function times(run: () => void): Promise<Timing> {
    const measurements: Measurement[] = [];
    const end = performance.now() + 1000 * seconds;
    while (measurements.length < calls) {
      if (measurements.length >= fewest && performance.now() > end) break;
      measurements.push(measure(run));
      await yieldToEvents();
      signal?.throwIfAborted();
    }
    return timing(measurements);
  }

  try {
    const eager = call(written);
    for (let i = 0; i < warmUp; i++) eager();
    const measured = await times(eager);
    if (!isNative) {
      const reason = `the backend "${tf.getBackend()}" has no native ops (${reasonNotNative})`;
      return new Profile({ eager: measured, reason });
    }
    const compiled = compile(written as (...args: A) => tf.Tensor, { rewrite: step.rewrite });
    try {
      const run = call(compiled);
      const graph = build(run);
      if (typeof graph === "string") return new Profile({ eager: measured, reason: graph });
      return new Profile({ eager: measured, compiled: await times(run), graph });
    } finally {
      compiled.dispose();
    }
  } finally {
    state.restore();
  }
}

/**
 * Calls a compiled step until its graph has run once. If the step can't become a graph, returns the reason.
 */
function build(run: () => void): CompiledGraph | string {
  let time = 0;
  let nodes: ReturnType<typeof captureGraph>;
  for (let calls = 1; calls <= mostBuilding; calls++) {
    const isBuilt = nodes !== undefined;
    let last: Measurement | undefined;
    try {
      const captured = captureGraph(() => {
        last = measure(run);
      });
      nodes ??= captured;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    time += last!.total;
    if (isBuilt) return { build: time, calls, nodes: countOps(nodes!, last!.fetched) };
  }
  return "the step did something else in each call";
}

function checkResult(result: unknown): void {
  if (result instanceof Promise) {
    throw new TypeError(
      "invalid step: an async function (expected a function that does its work before it returns: profile the work between two awaits)",
    );
  }
}

function check(step: unknown, args: unknown, calls: number, seconds: number): void {
  if (typeof step !== "function") {
    throw new TypeError(
      `invalid step: ${step} (expected a function of tensors, as in q.profile(step, [xs, ys]))`,
    );
  }
  if (!Array.isArray(args)) {
    const actual = args instanceof tf.Tensor ? `a tensor of shape [${args.shape}]` : String(args);
    throw new TypeError(
      `invalid args: ${actual} (expected a list, as in q.profile(step, [xs, ys]))`,
    );
  }
  checkCount("calls", calls, { least: fewest });
  checkNumber("seconds", seconds, { above: 0 });
}
