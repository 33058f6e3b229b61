import { withDraws } from "../random/draws.js";
import { withStatelessLayers } from "../random/layers.js";
import { obstacle } from "../replay/plan.js";
import { Replay } from "../replay/replay.js";
import { isNative, tf } from "../tf.js";
import { describe } from "./callSite.js";
import { type Difference, difference } from "./compare.js";
import { isKnown } from "./graphPool.js";
import { withNativeOps } from "./native/index.js";
import { withOptimizers } from "./optimizers.js";
import { randomProblems } from "./random.js";
import { Recorder } from "./recorder.js";
import { GraphSession } from "./session.js";
import { checkTensors, flatten, rebuild, type Tensors } from "./structure.js";
import { type Structure, structureOf } from "./traceStructure.js";
import type { Problem, Trace } from "./values.js";

/** @internal The state of a compiled function for one combination of shapes. */
export interface Entry {
  readonly rewrite: boolean;
  readonly draws: { seed: number | string; step(): number };
  traces: number;
  /** The trace of the last call, until there is a graph. */
  last?: Trace;
  session?: Pick<GraphSession, "run" | "dispose">;
  /** Why no graph can be made, though nothing is wrong with the function: it runs as it is. */
  obstacle?: string;
  /** The form of the result; its tensors belong to the caller. */
  form?: Tensors;
}

/** How many traces are made before a difference between two of them is an error: the first call may make slots. */
const patience = 3;

/** @internal Frees the graph and the trace that an entry holds. */
export function release(entry: Entry): void {
  entry.session?.dispose();
  tf.dispose(entry.last?.held ?? []);
  entry.session = undefined;
  entry.last = undefined;
}

/**
 * @internal
 * Runs the function as it is, and writes its ops down. If they are the ops of the call before, they become a graph, and
 * the call's result is the graph's: what the function did to variables is undone before. If another model's graph has
 * the ops of this call, the next call runs that graph. So the numbers don't depend on which graphs there are: in both
 * cases the call after the first one with these ops is the graph's.
 */
export function traceCall(entry: Entry, run: () => unknown, args: tf.Tensor[]): Tensors {
  const again = entry.traces > 0;
  const recorder = new Recorder({ places: again, undoable: again && isNative });
  try {
    const { result, trace } = record(recorder, entry, run, args);
    entry.traces++;
    const { last } = entry;
    entry.last = trace;
    return whole(result, () => {
      const different = last ? compared(entry, last, trace) : true;
      const structure = isNative ? structureOf(trace, entry) : undefined;
      if (different) {
        if (structure && isUsual(trace) && isKnown(structure.key))
          begin(entry, { trace, structure, result });
        return result;
      }
      const [problem] = [...trace.problems, ...randomProblems(trace), ...creations(trace)];
      if (problem) throw refusal(problem);
      if (!structure) {
        // The results that there are have the bits that a repetition would give.
        repeat(entry, trace, result);
        return result;
      }
      const session = begin(entry, { trace, structure, result });
      recorder.undo();
      return rebuild(result, session.run(args, { again: true }));
    });
  } finally {
    recorder.release();
  }
}

/** Whether a trace differs from the one before, which isn't needed any more. */
function compared(entry: Entry, last: Trace, trace: Trace): boolean {
  try {
    const different = difference(last, trace);
    if (different && entry.traces >= patience) throw refusal(different);
    return different !== undefined;
  } finally {
    tf.dispose(last.held);
  }
}

/** Gives the tensors that are made of a result; a result that isn't given itself is freed. */
function whole(result: Tensors, rest: () => Tensors): Tensors {
  let given: Tensors | undefined;
  try {
    given = rest();
    return given;
  } finally {
    if (given !== result) tf.dispose(flatten(result));
  }
}

function record(recorder: Recorder, entry: Entry, run: () => unknown, args: tf.Tensor[]) {
  let result: Tensors | undefined;
  const trace = recorder.record(args, () => {
    result = call(recorder, entry, run, args);
    return flatten(result);
  });
  return { result: result!, trace };
}

/** Runs the function with the ops and the random numbers of its graph. */
function call(recorder: Recorder, entry: Entry, run: () => unknown, args: tf.Tensor[]): Tensors {
  const tidied = () => tf.tidy(() => copied(draw(recorder, entry, run), args) as never) as Tensors;
  const native = entry.rewrite && isNative;
  const driven = () => withOptimizers(recorder, { native }, tidied);
  return native ? withNativeOps(driven) : driven();
}

/** Runs a function with the random numbers that its graph will draw: the number of the call is fed. */
function draw<T>(recorder: Recorder, { draws }: Entry, run: () => T): T {
  const step = recorder.feed({ read: draws.step, dtype: "int32" });
  return withStatelessLayers(() => withDraws({ seed: draws.seed, step }, run));
}

/** The result with tensors of its own, which the caller may dispose of. */
function copied(result: unknown, args: tf.Tensor[]): Tensors {
  checkTensors(result);
  const disposed = args.findIndex(({ isDisposed }) => isDisposed);
  if (disposed >= 0) {
    throw new TypeError(
      `q.compile: the function disposed of tensor ${disposed} of its arguments, which is the caller's (dispose of it after the call)`,
    );
  }
  const foreign = (tensor: tf.Tensor) => tensor instanceof tf.Variable || args.includes(tensor);
  const copy = (form: Tensors): Tensors => {
    if (form instanceof tf.Tensor) return foreign(form) ? form.clone() : form;
    if (Array.isArray(form)) return form.map(copy);
    const entries = Object.entries(form as Record<string, Tensors>);
    return Object.fromEntries(entries.map(([name, item]) => [name, copy(item)]));
  };
  return copy(result);
}

/** Gives an entry its graph; the trace's tensors belong to the graph's session from now on. */
function begin(
  entry: Entry,
  { trace, structure, result }: { trace: Trace; structure: Structure; result: Tensors },
): GraphSession {
  const session = new GraphSession(trace, structure, entry);
  entry.session = session;
  entry.form = result;
  entry.last = undefined;
  return session;
}

/** Lets a trace of the `cpu` backend be repeated, if it can be. */
function repeat(entry: Entry, trace: Trace, result: Tensors): void {
  entry.obstacle = obstacle(trace);
  try {
    if (!entry.obstacle) entry.session = new Replay(trace, flatten(result));
  } catch (error) {
    // JavaScript's own error where memory can't be had.
    if (!(error instanceof RangeError)) throw error;
    entry.obstacle = `its memory can't be had (${error.message})`;
  }
  if (entry.obstacle) tf.dispose(trace.held);
  entry.form = result;
  entry.last = undefined;
}

/** Whether each call may do what a trace has. */
function isUsual({ problems, created }: Trace): boolean {
  return problems.length === 0 && created.length === 0;
}

/** A variable that each call makes anew. */
function creations({ created, operations }: Trace): Problem[] {
  return created.map(({ name, shape }) => ({
    event: `each call makes a variable ("${name}", shape [${shape}])`,
    remedy: "make it once, outside",
    site: operations[0]?.site ?? { stack: "" },
  }));
}

function refusal({ event, remedy, site }: Problem | Difference): Error {
  const place = site ? `\n  at ${describe(site)}` : "";
  return new Error(
    `q.compile can't make a graph of this function: ${event}${place}\n` +
      `What helps: ${remedy}; or don't compile it ({ compile: false } in q.fit)`,
  );
}
