import { isNative, tf } from "../tf.js";
import { describe } from "./callSite.js";
import { type Difference, difference } from "./compare.js";
import { withNativeOps } from "./native/index.js";
import { withOptimizers } from "./optimizers.js";
import { activeRecorder, Recorder, randomProblems } from "./recorder.js";
import { GraphSession } from "./session.js";
import type { Problem, Trace } from "./values.js";

/** Tensors, alone or in arrays and records of any depth. */
export type Tensors = tf.Tensor | Tensors[] | { [name: string]: Tensors };

/** What a compiled function may be called with: tensors, and what decides which graph is used. */
export type Argument = Tensors | number | string | boolean | undefined;

/** Options of {@link compile}. */
export interface CompileOptions {
  /**
   * Whether TensorFlow may rewrite the graph and native ops may replace composed ones, which is
   * faster and changes the last bits. Default true.
   */
  rewrite?: boolean;
  /** How many graphs are kept, one for each combination of shapes. Default 8. */
  cacheSize?: number;
}

/** A function that {@link compile} made. */
export type Compiled<F> = F & {
  /** Frees the graphs; another call would make new ones. */
  dispose(): void;
};

interface Entry {
  traces: number;
  last?: Trace;
  session?: GraphSession;
  /** The form of the result, with tensors in the order of the graph's outputs. */
  rebuild?: (tensors: tf.Tensor[]) => Tensors;
}

export function compile<A extends Argument[], R extends Tensors>(
  fn: (...args: A) => R,
  { rewrite = true, cacheSize = 8 }: CompileOptions = {},
): Compiled<(...args: A) => R> {
  const entries = new Map<string, Entry>();

  const compiled = (...args: A): R => {
    if (!isNative || activeRecorder() || inGradient()) return fn(...args);
    const tensors = flatten(args);
    const key = signature(args);
    let entry = entries.get(key);
    entries.delete(key);
    entry ??= { traces: 0 };
    entries.set(key, entry);
    if (entries.size > cacheSize) evict(entries);
    if (entry.session) return entry.rebuild!(entry.session.run(tensors)) as R;
    return trace(entry, fn, args, tensors, rewrite);
  };

  return Object.assign(compiled, {
    dispose() {
      for (const entry of entries.values()) release(entry);
      entries.clear();
    },
  });
}

/** Runs the function as it is, and compares what it did with the time before. */
function trace<A extends Argument[], R extends Tensors>(
  entry: Entry,
  fn: (...args: A) => R,
  args: A,
  tensors: tf.Tensor[],
  rewrite: boolean,
): R {
  let result: R | undefined;
  const recorder = new Recorder();
  const now = recorder.record(tensors, () => {
    const call = () => tf.tidy(() => fn(...args) as never) as R;
    const optimized = () => withOptimizers(recorder, call);
    result = rewrite ? withNativeOps(recorder, optimized) : optimized();
    return flatten([result]);
  });
  entry.traces++;
  const { last } = entry;
  entry.last = now;
  if (last) {
    const different = difference(last, now);
    tf.dispose(last.held);
    if (!different) {
      const [problem] = [...now.problems, ...randomProblems(now)];
      if (problem) throw refusal(problem);
      entry.session = new GraphSession(now, { rewrite });
      entry.rebuild = rebuilder(result!);
      entry.last = undefined;
    } else if (entry.traces > 2) throw refusal(different);
  }
  return result!;
}

function refusal({ what, remedy, site }: Problem | Difference): Error {
  const place = site ? `\n  at ${describe(site)}` : "";
  return new Error(
    `q.compile can't make a graph of this function: ${what}${place}\n` +
      `What helps: ${remedy}; or don't compile it ({ compile: false } in q.fit)`,
  );
}

function release({ session, last }: Entry): void {
  session?.dispose();
  tf.dispose(last?.held ?? []);
}

function evict(entries: Map<string, Entry>): void {
  const [key, entry] = entries.entries().next().value!;
  entries.delete(key);
  release(entry);
}

function inGradient(): boolean {
  return (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0;
}

function flatten(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  if (value && typeof value === "object") return Object.values(value).flatMap(flatten);
  return [];
}

/** What decides which graph is used: shapes, dtypes, and all that isn't a tensor. */
function signature(value: unknown): string {
  if (value instanceof tf.Tensor) return `${value.dtype}[${value.shape}]`;
  if (Array.isArray(value)) return `[${value.map(signature)}]`;
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map(([name, item]) => `${name}:${signature(item)}`)}}`;
  }
  return `${typeof value} ${value}`;
}

/** Puts other tensors into the form of a value. */
function rebuilder(form: Tensors): (tensors: tf.Tensor[]) => Tensors {
  const build = (form: Tensors, tensors: tf.Tensor[]): Tensors => {
    if (form instanceof tf.Tensor) return tensors.shift()!;
    if (Array.isArray(form)) return form.map((item) => build(item, tensors));
    const items = Object.entries(form).map(([name, item]) => [name, build(item, tensors)] as const);
    return Object.fromEntries(items);
  };
  return (tensors) => build(form, [...tensors]);
}
