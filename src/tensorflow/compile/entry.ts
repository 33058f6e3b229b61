import { withDraws } from "../random/draws.js";
import { withStatelessLayers } from "../random/layers.js";
import { tf } from "../tf.js";
import { describe } from "./callSite.js";
import { type Difference, difference } from "./compare.js";
import { isKnown } from "./graphPool.js";
import { withNativeOps } from "./native/index.js";
import { withOptimizers } from "./optimizers.js";
import { randomProblems } from "./random.js";
import { Recorder } from "./recorder.js";
import { GraphSession } from "./session.js";
import { checkTensors, flatten, type Tensors } from "./structure.js";
import { type Structure, structureOf } from "./traceStructure.js";
import type { Problem, Trace } from "./values.js";

/** @internal The state of a compiled function for one combination of shapes. */
export interface Entry {
  readonly rewrite: boolean;
  readonly draws: { seed: number | string; step(): number };
  traces: number;
  /** The trace of the last call, until there is a graph. */
  last?: Trace;
  /** The structure of the last trace, if a graph of that structure exists. */
  known?: Structure;
  session?: GraphSession;
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
  entry.known = undefined;
}

/**
 * @internal
 * Runs the function as it is, writes its ops down, and makes a graph of them if they are the ops of the call
 * before. If another model's graph has the ops of this call, the entry takes that graph, and writes down no further
 * call. How many calls run eagerly doesn't depend on that: results are the same.
 */
export function traceCall(entry: Entry, run: () => unknown, args: tf.Tensor[]): Tensors {
  const { last, known } = entry;
  const recorder = new Recorder(entry.traces > 0);
  if (last && known) {
    const result = recorder.follow(() => call(recorder, entry, run, args, { traced: false }));
    return whole(result, () => build(entry, { trace: last, structure: known, result }));
  }
  const { result, trace } = record(recorder, entry, run, args);
  entry.traces++;
  entry.last = trace;
  return whole(result, () => {
    const different = last ? compared(entry, last, trace) : true;
    const structure = structureOf(trace, entry);
    if (!different) build(entry, { trace, structure, result });
    else if (isKnown(structure.key) && trace.created.length === 0) entry.known = structure;
  });
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

/** Gives a result once the remaining work is done. If the work fails, the result is freed. */
function whole(result: Tensors, rest: () => void): Tensors {
  try {
    rest();
    return result;
  } catch (error) {
    tf.dispose(flatten(result));
    throw error;
  }
}

function record(recorder: Recorder, entry: Entry, run: () => unknown, args: tf.Tensor[]) {
  let result: Tensors | undefined;
  const trace = recorder.record(args, () => {
    result = call(recorder, entry, run, args, { traced: true });
    return flatten(result);
  });
  return { result: result!, trace };
}

/** Runs the function with the ops and the random numbers of its graph. */
function call(
  recorder: Recorder,
  entry: Entry,
  run: () => unknown,
  args: tf.Tensor[],
  { traced }: { traced: boolean },
): Tensors {
  const tidied = () => tf.tidy(() => copied(draw(recorder, entry, run), args) as never) as Tensors;
  // Optimizers take the same steps either way; a trace has their ops and rates by other names.
  const driven = traced
    ? () => withOptimizers(recorder, { native: entry.rewrite }, tidied)
    : tidied;
  return entry.rewrite ? withNativeOps(driven) : driven();
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

function build(
  entry: Entry,
  { trace, structure, result }: { trace: Trace; structure: Structure; result: Tensors },
): void {
  const random = entry.known ? [] : randomProblems(trace);
  const [problem] = [...trace.problems, ...random, ...creations(trace)];
  if (problem) throw refusal(problem);
  entry.session = new GraphSession(trace, structure, entry);
  entry.form = result;
  entry.last = undefined;
  entry.known = undefined;
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
