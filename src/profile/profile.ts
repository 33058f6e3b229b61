import { findHost } from "../display/index.js";
import { type Argument, compile } from "../tensorflow/compile/compile.js";
import { captureGraph, countOps } from "../tensorflow/profile/graphOps.js";
import { type Measurement, measure } from "../tensorflow/profile/meter.js";
import { SavedState } from "../tensorflow/profile/savedState.js";
import { isNative, reasonNotNative, tf } from "../tensorflow/tf.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { type CompiledGraph, Profile } from "./result.js";
import { type Timing, timing } from "./timing.js";

/** Options of {@link profile}. */
export interface ProfileOptions {
  /** How many calls are measured, of the eager step and of the compiled one. Default 30. */
  calls?: number;
  /** No further call of either is begun after this time, as long as there were three. Default 10. */
  seconds?: number;
  /** Stops between two calls when it is aborted. Default: the cell's, so that interrupting stops it. */
  signal?: AbortSignal;
}

/** A function of tensors; what {@link compile} made of one is profiled as that, with its options. */
type Step<A extends Argument[]> = ((...args: A) => unknown) & {
  readonly eager?: (...args: A) => unknown;
  readonly rewrite?: boolean;
};

/** Calls before the measured ones: the first makes an optimizer's slots, and code gets compiled. */
const warmUp = 2;
const fewest = 3;
/** A function has its graph after two or three calls, or never. */
const mostBuilding = 4;

/**
 * Measures where the time of a step goes: in TensorFlow's ops, in copying values, in JavaScript; first as
 * it is written, then as one graph, as {@link compile} makes it.
 *
 * The step really runs, `calls` times each way and a few times before. Afterwards all variables have the
 * values that they had, bit for bit, and optimizers the steps that they had counted: the model is as it was.
 * What the step does elsewhere (plots, numbers of its own, the draws of `q.random`) is done. A step that is
 * compiled already is profiled anew, with its options; what it returns is disposed of.
 *
 * A time is the mean of the middle half of the calls. Native times include handing over; how long a single
 * op takes inside a graph TensorFlow doesn't say.
 *
 * @param step a function of tensors (training, prediction), compiled or not
 * @param args what it is called with, each time. Default: nothing
 * @param options `calls` (default 30), `seconds` for each way (default 10), `signal`
 * @returns figure, summary and ops: as a cell's last expression it shows the figure and the summary
 * @throws TypeError for what isn't a function or a list of arguments, or an async function; RangeError
 *   for numbers out of range; what the step throws
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
  { calls = 30, seconds = 10, signal = findHost().signal }: ProfileOptions = {},
): Promise<Profile> {
  check(step, args, calls, seconds);
  const written = step.eager ?? step;
  const state = new SavedState();
  const call = (fn: (...args: A) => unknown) => () =>
    state.watch(() => {
      tf.tidy(() => checkResult(fn(...args)));
    });

  /** Times of a way, measured one after the other. */
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

/** Calls a compiled step until its graph has run once. Returns why, where it can't be a graph. */
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
      "invalid step: an async function (expected one that does its work before it returns: profile what it does between two awaits)",
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
    const given = args instanceof tf.Tensor ? `a tensor of shape [${args.shape}]` : String(args);
    throw new TypeError(
      `invalid args: ${given} (expected a list, as in q.profile(step, [xs, ys]))`,
    );
  }
  if (!Number.isInteger(calls) || calls < fewest) {
    throw new RangeError(`invalid calls: ${calls} (expected a whole number of at least ${fewest})`);
  }
  if (!(seconds > 0)) {
    throw new RangeError(`invalid seconds: ${seconds} (expected a number above 0)`);
  }
}
