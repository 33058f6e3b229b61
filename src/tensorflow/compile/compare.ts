import type { tf } from "../tf.js";
import type { CallSite } from "./callSite.js";
import { randomProblem, stateProblem } from "./random.js";
import type { Constant, Operation, Source, Trace } from "./values.js";

/** @internal Where two traces differ. */
export interface Difference {
  event: string;
  remedy: string;
  site: CallSite | undefined;
}

/**
 * @internal
 * The first difference of two traces of a function, if there is one, in ops, attributes, constants or
 * variables. Traces that don't differ may become a graph.
 */
export function difference(before: Trace, after: Trace): Difference | undefined {
  const names = [numbering(before), numbering(after)] as const;
  const count = Math.max(before.operations.length, after.operations.length);
  for (let i = 0; i < count; i++) {
    const [a, b] = [before.operations[i], after.operations[i]];
    if (!a || !b || a.name !== b.name || a.inputs.length !== b.inputs.length) {
      return otherOps(a, b, before, after);
    }
    if (JSON.stringify(a.attributes) !== JSON.stringify(b.attributes)) {
      return otherOps(a, b, before, after);
    }
    for (const [k, input] of b.inputs.entries()) {
      const different = inputsDiffer(a, a.inputs[k]!, input, before, after, names);
      if (different) return different;
    }
  }
  const ends = [before, after].map((trace, i) => endOf(trace, names[i]!));
  if (ends[0] === ends[1]) return undefined;
  return {
    event: "it returned or assigned other values than the time before",
    remedy: "make it do the same in each call",
    site: undefined,
  };
}

type Names = Map<Operation, number>;

/** The ops' numbers, in their order. */
function numbering({ operations }: Trace): Names {
  return new Map(operations.map((operation, i) => [operation, i]));
}

function otherOps(
  a: Operation | undefined,
  b: Operation | undefined,
  before: Trace,
  after: Trace,
): Difference {
  const draws = a && b && a.name === b.name ? stateProblem(b) : undefined;
  if (draws) return draws;
  const [before_, after_] = [before.operations.length, after.operations.length];
  const event =
    before_ === after_
      ? `it ran ${b?.name} where it had run ${a?.name}, or with another setting`
      : `it ran ${after_} ops after ${before_} the time before, the first other one ${b?.name ?? a?.name}`;
  return {
    event,
    remedy: "a loop's count or a branch that changes belongs outside, or into tensor ops",
    site: (b ?? a)?.site,
  };
}

function inputsDiffer(
  operation: Operation,
  x: number | tf.Variable,
  y: number | tf.Variable,
  before: Trace,
  after: Trace,
  names: readonly [Names, Names],
): Difference | undefined {
  if (typeof x !== "number" || typeof y !== "number") return undefined;
  const [a, b] = [before.sources.get(x)!, after.sources.get(y)!];
  if (a.kind === "constant" && b.kind === "constant") {
    if (sameConstant(a.constant, b.constant)) return undefined;
    const random = randomProblem(b.constant);
    if (random) return random;
    return {
      event: `a constant that ${operation.name} takes was ${show(a.constant)}, then ${show(b.constant)}`,
      remedy:
        "give it to the function as a tensor argument, as in step(xs, ys, tf.scalar(rate)), so that it is fed",
      site: b.constant.site,
    };
  }
  if (nameOf(a, names[0]) === nameOf(b, names[1]) && sameVariable(a, b)) return undefined;
  return {
    event: `${operation.name} took another tensor than the time before`,
    remedy: "give it to the function as an argument",
    site: operation.site,
  };
}

function sameVariable(a: Source, b: Source): boolean {
  const variable = (source: Source) => ("variable" in source ? source.variable : undefined);
  return variable(a) === variable(b);
}

/** A text for a source, the same in two traces of one function. */
function nameOf(source: Source, names: Names): string {
  switch (source.kind) {
    case "argument":
      return `argument ${source.index}`;
    case "operation":
      return `${names.get(source.operation)}:${source.output}`;
    case "updated":
      return `${source.variable.id} after ${names.get(source.operation)}`;
    case "variable":
      return `variable ${source.variable.id}`;
    case "held":
      return `held ${source.tensor.shape}`;
    default:
      return source.kind;
  }
}

function endOf({ outputs, assignments, sources }: Trace, names: Names): string {
  const name = (id: number) => {
    const source = sources.get(id)!;
    return source.kind === "constant" ? show(source.constant) : nameOf(source, names);
  };
  const assigned = [...assignments].map(([variable, id]) => `${variable.id} = ${name(id)}`);
  return JSON.stringify([outputs.map(name), assigned.sort()]);
}

function sameConstant(a: Constant, b: Constant): boolean {
  if (a.dtype !== b.dtype || String(a.shape) !== String(b.shape)) return false;
  if (a.values === b.values) return true;
  const [left, right] = [bytes(a), bytes(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

/** @internal The bytes of a constant, as it lies in memory. */
export function bytes({ values }: Constant): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** @internal Whether a constant has one value, over and over, to the last bit. */
export function isUniform({ values }: Constant): boolean {
  const [first] = values;
  for (const value of values) if (!Object.is(value, first)) return false;
  return values.length > 1;
}

function show({ values }: Constant): string {
  const few = Array.from(values.subarray(0, 4), (value) => String(Number(value.toPrecision(6))));
  return values.length === 1 ? few[0]! : `[${few.join(", ")}${values.length > 4 ? ", …" : ""}]`;
}
