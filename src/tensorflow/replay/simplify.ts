import type { Operation, Trace } from "../compile/values.js";

/**
 * @internal
 * The ops of a trace that its results need, each of them once: of two that compute the same of the same values the
 * first one stays, and ops that nobody reads go. All ops are functions of their inputs.
 */
export function simplified(trace: Trace): Trace {
  const merged = withoutRepetitions(trace);
  const needed = new Set([...merged.outputs, ...merged.assignments.values()]);
  const kept: Operation[] = [];
  for (const operation of merged.operations.toReversed()) {
    if (!operation.outputs.some(({ id }) => needed.has(id))) continue;
    kept.push(operation);
    for (const input of operation.inputs) needed.add(input as number);
  }
  return { ...merged, operations: kept.reverse() };
}

function withoutRepetitions(trace: Trace): Trace {
  const same = equalScalars(trace);
  const nameOf = (id: number) => same.get(id) ?? id;
  const first = new Map<string, Operation>();
  const operations: Operation[] = [];
  for (const operation of trace.operations) {
    const inputs = operation.inputs.map((input) => nameOf(input as number));
    const key = `${operation.name} ${inputs} ${JSON.stringify(operation.attributes, exactly)}`;
    const earlier = first.get(key);
    if (earlier) {
      for (const [i, { id }] of operation.outputs.entries()) same.set(id, earlier.outputs[i]!.id);
    } else {
      const renamed = { ...operation, inputs };
      first.set(key, renamed);
      operations.push(renamed);
    }
  }
  const assigned = [...trace.assignments].map(([variable, id]) => [variable, nameOf(id)] as const);
  return {
    ...trace,
    operations,
    outputs: trace.outputs.map(nameOf),
    assignments: new Map(assigned),
  };
}

/** Scalars that JavaScript wrote more than once, each by the number of the first that is equal. */
function equalScalars({ sources }: Trace): Map<number, number> {
  const first = new Map<string, number>();
  const same = new Map<number, number>();
  for (const [id, source] of sources) {
    if (source.kind !== "constant" || source.constant.values.length !== 1) continue;
    const { values, dtype } = source.constant;
    const key = `${dtype} ${exactly("", values[0]!)}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, id);
    else same.set(id, earlier);
  }
  return same;
}

/** Numbers that JSON has no text for, as texts. */
function exactly(_: string, value: unknown): unknown {
  const isOther = typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0));
  return isOther ? `${Object.is(value, -0) ? "-0" : value}` : value;
}
