import type { Operation } from "../../compile/values.js";
import { signatureOf } from "../call.js";
import { formulaOf } from "./elementwise.js";
import { commonAxes, isPlain, type Layout, layoutOf } from "./layout.js";
import { reductionOf } from "./reduction.js";

/** @internal Ops in one loop, or a single op of another kind. */
export interface Group {
  operations: Operation[];
  /** The elements that the loop counts; 0 for an op that isn't part of a loop. */
  size: number;
  /** The layouts of all inputs that ops of the group read. */
  layouts: Layout[];
}

/** How many ops a loop has at most: V8 doesn't optimize functions that are too long. */
const longest = 60;

/**
 * @internal
 * Puts ops that compute each element by itself into common loops. An op joins the last loop that makes one of its
 * inputs, or one that an op which reads its result needs before anyway, so that the result isn't kept long.
 *
 * @param ownerOf the value in whose memory a value lies
 */
export function groupsOf(
  operations: readonly Operation[],
  ownerOf: (id: number) => number,
): Group[] {
  const groups: Group[] = [];
  const numbers = new Map<number, number>();
  const groupOf = (id: number) => numbers.get(ownerOf(id)) ?? -1;
  const ordered = late(operations, ownerOf);
  const reader = firstReaders(ordered);
  const sums = new Set<number>();
  for (const operation of ordered) {
    const own = Math.max(-1, ...(operation.inputs as number[]).map(groupOf));
    const isSum = reductionOf(operation.name, signatureOf(operation)) !== undefined;
    if (isSum) sums.add(operation.outputs[0]!.id);
    const next = isSum ? undefined : reader.get(operation.outputs[0]!.id);
    const later = next ? Math.max(-1, ...(next.inputs as number[]).map(groupOf)) : -1;
    const number = Math.max(own, later);
    const layouts = layoutsOf(operation);
    const group = groups[number];
    let place = number;
    if (
      layouts &&
      group &&
      joins(
        operation,
        layouts,
        group,
        (id) => groupOf(id) === number && ownerOf(id) === id && !sums.has(id),
        (id) => groupOf(id) === number,
      )
    ) {
      group.operations.push(operation);
      group.layouts.push(...layouts);
    } else {
      place = groups.length;
      groups.push({
        operations: [operation],
        size: layouts ? countOf(operation) : 0,
        layouts: layouts ?? [],
      });
    }
    for (const { id } of operation.outputs) numbers.set(id, place);
  }
  return groups;
}

function joins(
  operation: Operation,
  layouts: Layout[],
  group: Group,
  isMade: (id: number) => boolean,
  isWithin: (id: number) => boolean,
): boolean {
  if (group.size !== countOf(operation) || group.operations.length >= longest) return false;
  const inside = (operation.inputs as number[]).every(
    (id, i) => !isWithin(id) || (isMade(id) && isPlain(layouts[i]!)),
  );
  return inside && commonAxes([...group.layouts, ...layouts], group.size) !== undefined;
}

/** The layouts of the inputs of an op that may be part of a loop; for a reduction also that of its sums. */
function layoutsOf(operation: Operation): Layout[] | undefined {
  const signature = signatureOf(operation);
  const size = countOf(operation);
  if (size === 0) return undefined;
  const reduction = reductionOf(operation.name, signature);
  if (!reduction && !formulaOf(operation.name, signature)) return undefined;
  const { shape } = reduction ? signature.inputs[0]! : operation.outputs[0]!;
  const layouts = signature.inputs.map((input) => layoutOf(input.shape, shape));
  if (reduction) layouts.push(reduction.layout);
  return commonAxes(layouts, size) && layouts;
}

/** How many elements a loop for an op counts. */
function countOf(operation: Operation): number {
  const signature = signatureOf(operation);
  const reduces = reductionOf(operation.name, signature) !== undefined;
  const { shape } = reduces ? signature.inputs[0]! : operation.outputs[0]!;
  return shape.reduce((size, length) => size * length, 1);
}

/** The first op that reads each value. */
function firstReaders(operations: readonly Operation[]): Map<number, Operation> {
  const readers = new Map<number, Operation>();
  for (const operation of operations) {
    for (const id of operation.inputs as number[]) if (!readers.has(id)) readers.set(id, operation);
  }
  return readers;
}

/** The ops in an order in which those that may be part of loops come just before the first op that reads them. */
function late(operations: readonly Operation[], ownerOf: (id: number) => number): Operation[] {
  const makers = new Map<number, Operation>();
  for (const operation of operations) {
    for (const { id } of operation.outputs) makers.set(id, operation);
  }
  const placed = new Set<Operation>();
  const ordered: Operation[] = [];
  const place = (operation: Operation): void => {
    // A list stands for a recursion, which long chains would overflow.
    const waiting = [operation];
    for (let one = waiting.at(-1); one; one = waiting.at(-1)) {
      const missing = one.inputs
        .map((id) => makers.get(ownerOf(id as number)))
        .find((maker) => maker && !placed.has(maker));
      if (missing) waiting.push(missing);
      else {
        waiting.pop();
        if (!placed.has(one)) ordered.push(one);
        placed.add(one);
      }
    }
  };
  for (const operation of operations) {
    if (!formulaOf(operation.name, signatureOf(operation))) place(operation);
  }
  for (const operation of operations) place(operation);
  return ordered;
}
