import type { Operation, Trace } from "../compile/values.js";
import type { TypedValues } from "../loading/nodeBackend.js";
import { signatureOf } from "./call.js";
import { bytesOf, dtypeNamed } from "./dtypes.js";
import { type Group, groupsOf } from "./fusion/group.js";
import { canWritePrograms, loopStep } from "./fusion/loopStep.js";
import { kernelStep } from "./kernelStep.js";
import { allocate } from "./memory.js";
import { simplified } from "./simplify.js";
import type { Step } from "./step.js";
import { type Value, valuesOf } from "./values.js";

/** @internal The steps that repeat a trace, over memory of their own. */
export interface Plan {
  /** The memory of all values that steps read or write, and of the results. */
  arrays: ReadonlyMap<number, TypedValues>;
  /** Computes the results from the values in the memory of arguments, variables, feeds and constants. */
  run(): void;
  /** The results, and the values that variables take. */
  outputs: readonly number[];
  assignments: Trace["assignments"];
}

/** @internal Why a trace can't be repeated over memory of its own; `undefined` if it can. */
export function obstacle({ operations, argumentTypes }: Trace): string | undefined {
  const numbers = (dtype: number) => bytesOf(dtypeNamed(dtype)) !== undefined;
  const other = argumentTypes.find((dtype) => !numbers(dtype));
  if (other !== undefined) return `an argument is of ${dtypeNamed(other)}`;
  for (const operation of operations) {
    if (signatureOf(operation).engine) return `${operation.name} computes with tfjs's ops`;
    const output = operation.outputs.find(({ dtype }) => !numbers(dtype));
    if (output) return `${operation.name} gives ${dtypeNamed(output.dtype)}`;
    const input = signatureOf(operation).inputs.find(({ dtype }) => bytesOf(dtype) === undefined);
    if (input) return `${operation.name} takes ${input.dtype}`;
  }
  return undefined;
}

/** @internal Plans the repetition of a trace. */
export function planOf(trace: Trace): Plan {
  const { operations, outputs, assignments } = simplified(trace);
  const values = valuesOf(trace);
  const kept = [...outputs, ...assignments.values()];
  const computed = operations.filter((one) => !isView(one, values));
  const ownerOf = (id: number) => values.get(id)!.owner;
  const steps = canWritePrograms()
    ? stepsOf(computed, kept, ownerOf)
    : computed.map((operation) => kernelStep(operation));
  const sources = [...trace.sources].filter(([, { kind }]) => kind !== "operation");
  const arrays = allocate([given(sources.map(([id]) => id)), ...steps], values, kept);
  const runs = steps.map((step) => step.bind((id) => arrays.get(id)!));
  return {
    arrays,
    outputs,
    assignments,
    run() {
      for (const run of runs) run();
    },
  };
}

/** The steps of ops: loops where each element is computed by itself, kernels otherwise. */
function stepsOf(
  operations: readonly Operation[],
  kept: readonly number[],
  ownerOf: (id: number) => number,
): Step[] {
  const groups = groupsOf(operations, ownerOf);
  const readers = new Map<number, Set<Group>>();
  const note = (id: number, group: Group) => {
    const owner = ownerOf(id);
    readers.set(owner, (readers.get(owner) ?? new Set()).add(group));
  };
  for (const group of groups) {
    for (const { inputs } of group.operations) for (const id of inputs) note(id as number, group);
  }
  const after = new Set(kept.map(ownerOf));
  return groups.map((group) => {
    if (group.size === 0) return kernelStep(group.operations[0]!);
    const isRead = (id: number) => [...(readers.get(id) ?? [])].some((other) => other !== group);
    return loopStep(group, (id) => after.has(id) || isRead(id));
  });
}

/** Values that are there before the first step. */
function given(reads: number[]): Step {
  return { reads, writes: [], bind: () => () => undefined };
}

/** Whether all of an op's results lie in the memory of its inputs: nothing is left to compute. */
function isView({ outputs }: Operation, values: ReadonlyMap<number, Value>): boolean {
  return outputs.every(({ id }) => values.get(id)!.owner !== id);
}
