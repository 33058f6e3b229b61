import { checkCount, checkOptions, checkSeed } from "../../arguments/index.js";
import { nodeBackend } from "../loading/nodeBackend.js";
import { isNative, tf } from "../tf.js";
import { runEagerly } from "./eager.js";
import { type Entry, release, traceCall } from "./entry.js";
import { canCompile } from "./recordable.js";
import { activeRecorder } from "./recorder.js";
import { flatten, rebuild, sharing, signature, type Tensors } from "./structure.js";
import { countShape, type Shapes, warnOnce } from "./warnings.js";

/** An argument of a compiled function: tensors, or a value that decides which graph is used. */
export type Argument = Tensors | number | string | boolean | null | undefined;

/** Options of {@link compile}. */
export interface CompileOptions {
  /**
   * Whether TensorFlow may rewrite the graph, and its own ops may replace composed ones: this is faster, and
   * changes the last bits. `false`: the graph runs exactly as traced. Default true.
   */
  rewrite?: boolean;
  /** The seed of `q.random` and of layers that drop or add noise; each call draws anew. Default 0. */
  seed?: number | string;
  /** How many graphs are kept, one for each combination of shapes. Default 8. */
  cacheSize?: number;
  /** @internal The number of a call, which decides the call's random draws. Default: calls are counted. */
  step?: () => number;
}

/** A function that {@link compile} made. */
export type Compiled<F> = F & {
  /** The function as it was given. */
  readonly eager: F;
  /** Whether TensorFlow may rewrite the graph, as {@link CompileOptions} say. */
  readonly rewrite: boolean;
  /** Frees the graphs; variables keep their values. Another call would make new graphs. */
  dispose(): void;
};

/** Frees the graphs of functions that can't be called any more. */
const forgotten = new FinalizationRegistry<Map<string, Entry>>(releaseAll);

/**
 * Makes one call of a function of tensors, native where TensorFlow is: a training step (loss, gradients, optimizer), a
 * forward pass, a pass of calibration.
 *
 * The function is *traced*: its first two calls of each combination of shapes and dtypes run as ever while their
 * ops are written down. If the second one ran the same ops as the first, they become a TensorFlow graph, which gives
 * this call's result and runs later calls; else a third call follows. Where another model of the same structure has
 * such a graph, it is shared, and runs from the second call on. Each call counts as one run of the function, with the
 * same numbers, whichever graphs there are. Variables that the
 * function reads or assigns, a model's weights and an optimizer's slots too, are found by themselves; between
 * calls they are read and assigned as ever. The learning rate of tfjs's optimizers is read in each call too.
 * All other JavaScript numbers are the graph's constants: pass a number that changes as a tensor. An argument
 * that isn't a tensor selects a graph of its own by its value.
 *
 * By default TensorFlow rewrites the graph, and native ops (`ResourceApplyAdam`, `FusedBatchNormV3`…) replace
 * what tfjs composes: after one step variables agree with those of the eager function within 1e-6 of their
 * tensor's largest value, after 100 steps within 1e-3, since sums have another order and errors grow. They grow
 * faster where a last bit decides which value of a pooling is the largest, and where Adam meets gradients that
 * are 0 except for rounding, as those of a bias before batch normalization: Adam makes whole steps of them.
 * ReLU6's gradient at exactly 6 is TensorFlow's, 0; tfjs's is 1.
 * With `{ rewrite: false }` the numbers are equal bit for bit; the one known exception is the gradient of
 * overlapping max pooling, unless the process started with `TF_ENABLE_ONEDNN_OPTS=0`.
 *
 * Random numbers come from `q.random`, and so do those of layers that drop or add noise: the seed and the
 * number of the call decide them, in a graph or not.
 *
 * On the `cpu` backend, in a browser's tab and where there is no native TensorFlow, later calls repeat the ops in
 * JavaScript: over memory that is laid out once, ops on single elements in common loops, the others by the kernels that
 * run eagerly. The numbers are the eager ones bit for bit, with `rewrite` or without. An op whose result turns out to
 * have another shape than in the trace ends the call with an error; a function of complex numbers or texts runs as it
 * is, and a warning says so.
 *
 * Inside another compiled function, where its gradient is taken, and on any other backend (`webgl`), the function runs
 * as it is.
 *
 * @param fn takes tensors (of any shape and dtype, in arrays and records too) and returns tensors
 * @returns a function with the same arguments and result, with `dispose()`, which frees the graphs, and
 *   `eager`, the function itself
 * @throws Error if the function can't be a graph, with the line that prevents it: a value read in JavaScript
 *   (`dataSync`), random numbers made in JavaScript, a constant or a loop count that changes from call to call.
 *   TypeError if the function doesn't return tensors, or disposes of its arguments; RangeError if `cacheSize`
 *   is below 1
 * @example
 * const { tf } = q;
 * const w = tf.variable(tf.scalar(1));
 * const sgd = tf.train.sgd(0.1);
 * const step = q.compile((x: q.tf.Tensor) => sgd.minimize(() => w.mul(x).square().mean(), true, [w])!);
 * const losses = [1, 2, 3, 4].map(() => step(tf.scalar(1)).dataSync()[0]!.toFixed(3));
 * losses; // [ "1.000", "0.640", "0.410", "0.262" ]
 */
export function compile<A extends Argument[], R extends Tensors>(
  fn: (...args: A) => R,
  options: CompileOptions = {},
): Compiled<(...args: A) => R> {
  checkOptions<CompileOptions>("q.compile", options, {
    rewrite: true,
    seed: true,
    cacheSize: true,
    step: true,
  });
  const { rewrite = true, seed = 0, cacheSize = 8, step } = options;
  if (typeof fn !== "function") {
    throw new TypeError(
      `invalid function: ${fn} (expected a function of tensors, as in q.compile((x) => model.apply(x)))`,
    );
  }
  checkCount("cacheSize", cacheSize);
  checkSeed(seed);
  if (!rewrite && isNative && !nodeBackend().binding.sessionConfig) {
    throw new Error(
      "{ rewrite: false } needs TensorFlow's binding with the set-up's patch, and this binding lacks it: `npx qatlab doctor` says why (or leave the option out)",
    );
  }
  let calls = 0;
  const draws = { seed, step: step ?? (() => calls) };
  const entries = new Map<string, Entry>();
  const shapes: Shapes = { seen: 0, milliseconds: 0, warned: false };
  if (!canCompile()) {
    warnOnce(
      `q.compile: functions run as they are on the backend "${tf.getBackend()}" (expected native TensorFlow, or "cpu")`,
    );
  }

  const compiled = (...args: A): R => {
    if (activeRecorder()) return fn(...args);
    calls++;
    const eagerly = () => runEagerly(() => fn(...args), { seed, step: draws.step() });
    if (!canCompile() || takesGradient()) return eagerly();
    const tensors = flatten(args);
    checkAlive(tensors);
    const key = `${signature(args)}${sharing(tensors)}`;
    let entry = entries.get(key);
    // The entry that was used last comes last in the map.
    if (entry) entries.delete(key);
    else entry = { rewrite, draws, traces: 0 };
    entries.set(key, entry);
    if (entries.size > cacheSize) evict(entries);
    if (entry.obstacle) {
      warnOnce(`q.compile: a function runs as it is on the backend "cpu", since ${entry.obstacle}`);
      return eagerly();
    }
    if (entry.session) return rebuild(entry.form!, entry.session.run(tensors)) as R;
    if (entry.traces === 0) countShape(shapes, key, cacheSize);
    const start = performance.now();
    try {
      return traceCall(entry, () => fn(...args), tensors) as R;
    } finally {
      shapes.milliseconds += performance.now() - start;
    }
  };

  const result = Object.assign(compiled, {
    eager: fn,
    rewrite,
    dispose: () => releaseAll(entries),
  });
  forgotten.register(result, entries);
  return result;
}

function releaseAll(entries: Map<string, Entry>): void {
  for (const entry of entries.values()) release(entry);
  entries.clear();
}

function evict(entries: Map<string, Entry>): void {
  const [key, entry] = entries.entries().next().value!;
  entries.delete(key);
  release(entry);
}

function takesGradient(): boolean {
  return (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0;
}

function checkAlive(tensors: tf.Tensor[]): void {
  const dead = tensors.findIndex(({ isDisposed }) => isDisposed);
  if (dead < 0) return;
  throw new Error(
    `q.compile: tensor ${dead} of the arguments is disposed (dispose of it after the last call that needs it)`,
  );
}
