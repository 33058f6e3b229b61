import { advanced, isCurrent, leave, loaded } from "../compile/residence.js";
import type { Constant, Feed, Trace } from "../compile/values.js";
import type { TypedValues } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";
import { cpuBackend } from "./backend.js";
import { arrayOver, bytesOf } from "./dtypes.js";
import { type Plan, planOf } from "./plan.js";

/**
 * @internal
 * A trace that is repeated in JavaScript: kernels one after the other over memory that was laid out once, without
 * tfjs's engine. Variables live in that memory until tfjs or a reader asks for them.
 */
export class Replay {
  private readonly plan: Plan;
  /** The memory of each variable that is read or changed. */
  private readonly variables = new Map<tf.Variable, TypedValues>();
  private readonly args: [index: number, memory: TypedValues][] = [];
  private readonly feeds: [feed: Feed, memory: TypedValues][] = [];
  /** The variables that a run changes, and where their new values stand. */
  private readonly assigned: [memory: TypedValues, value: TypedValues][];
  readonly changed: readonly tf.Variable[];
  private readonly results: { shape: number[]; dtype: tf.DataType; values: TypedValues }[];
  private disposed = false;

  /**
   * @param trace the trace; its tensors belong to the replay from now on
   * @param results tensors of the forms of the results
   */
  constructor(
    private readonly trace: Trace,
    results: readonly tf.Tensor[],
  ) {
    const plan = planOf(trace);
    this.plan = plan;
    for (const [id, source] of trace.sources) {
      const memory = plan.arrays.get(id);
      if (!memory) continue;
      if (source.kind === "argument") this.args.push([source.index, memory]);
      else if (source.kind === "variable") this.variables.set(source.variable, memory);
      else if (source.kind === "feed") this.feeds.push([source.feed, memory]);
      else if (source.kind === "constant") memory.set((source.constant as Constant).values);
      else if (source.kind === "held") memory.set(valuesOf(source.tensor));
    }
    this.changed = [...trace.assignments.keys()];
    this.assigned = [...plan.assignments].map(([variable, id]) => {
      const value = plan.arrays.get(id)!;
      const memory = this.variables.get(variable) ?? arrayFor(variable);
      this.variables.set(variable, memory);
      return [memory, value];
    });
    this.results = results.map(({ shape, dtype }, i) => ({
      ...{ shape, dtype },
      values: plan.arrays.get(plan.outputs[i]!)!,
    }));
  }

  /** Repeats the trace; the caller owns the tensors of the result. */
  run(args: readonly tf.Tensor[]): tf.Tensor[] {
    this.checkVariables();
    for (const [index, memory] of this.args) memory.set(valuesOf(args[index]!));
    for (const [variable, memory] of this.variables) {
      if (isCurrent(variable, this)) continue;
      memory.set(valuesOf(variable));
      loaded(variable, this);
    }
    for (const [feed, memory] of this.feeds) memory[0] = feed.read();
    this.plan.run();
    const results = this.results.map(({ shape, dtype, values }) =>
      makeTensor(values, shape, dtype),
    );
    this.assign();
    for (const variable of this.changed) advanced(variable, this);
    for (const effect of this.trace.effects) effect();
    return results;
  }

  /** Tensors of the values of the variables that runs change. */
  fetch(): tf.Tensor[] {
    return this.changed.map((variable) =>
      makeTensor(this.variables.get(variable)!, variable.shape, variable.dtype),
    );
  }

  /** The variables take their values back. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    leave(this.variables.keys(), this);
    tf.dispose(this.trace.held);
  }

  /** Gives the variables their new values: those that are other variables' old ones are read before they change. */
  private assign(): void {
    const old = new Set(this.variables.values());
    const values = this.assigned.map(([, value]) => (old.has(value) ? value.slice() : value));
    this.assigned.forEach(([memory], i) => {
      memory.set(values[i]!);
    });
  }

  private checkVariables(): void {
    for (const { isDisposed, name } of this.variables.keys()) {
      if (!isDisposed) continue;
      this.dispose();
      throw new Error(
        `q.compile: variable "${name}" was disposed, with its model or its optimizer (make a new model, and compile a function of that one)`,
      );
    }
  }
}

function arrayFor({ dtype, size }: tf.Variable): TypedValues {
  return arrayOver(dtype, new ArrayBuffer(size * bytesOf(dtype)!), 0, size);
}

function valuesOf({ dataId }: tf.Tensor): TypedValues {
  return cpuBackend().data.get(dataId).values;
}

/** A tensor of a copy of values. */
function makeTensor(values: TypedValues, shape: number[], dtype: tf.DataType): tf.Tensor {
  const copy = arrayOver(dtype, new ArrayBuffer(values.length * bytesOf(dtype)!), 0, values.length);
  copy.set(values);
  return tf.tensor(copy, shape, dtype as "float32");
}
