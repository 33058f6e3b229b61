import type { TypedValues } from "../loading/nodeBackend.js";
import { arrayOver, bytesOf } from "./dtypes.js";
import type { Step } from "./step.js";
import type { Value } from "./values.js";

/** A piece of memory; `free` is the first step that may use it anew. */
interface Block {
  memory: ArrayBuffer;
  free: number;
}

/**
 * @internal
 * Memory for all values of a replay. Values that steps make share it as far as they aren't needed at the same time;
 * the others, which are there before the steps, and those that are needed after them, have memory of their own.
 *
 * @param kept the values that are needed after the last step
 */
export function allocate(
  steps: readonly Step[],
  values: ReadonlyMap<number, Value>,
  kept: readonly number[],
): Map<number, TypedValues> {
  const ends = lastUses(steps, values, kept);
  const blocks: Block[] = [];
  const owners = new Map<number, ArrayBuffer>();
  const arrays = new Map<number, TypedValues>();
  const lengthOf = (id: number) => {
    const { dtype, size } = values.get(id)!;
    return Math.max(8, size * bytesOf(dtype)!);
  };
  const place = (id: number, memory: ArrayBuffer) => {
    const { dtype, size, offset } = values.get(id)!;
    arrays.set(id, arrayOver(dtype, memory, offset * bytesOf(dtype)!, size));
  };
  const own = (id: number) => {
    const { owner } = values.get(id)!;
    let memory = owners.get(owner);
    if (!memory) {
      memory = new ArrayBuffer(lengthOf(owner));
      owners.set(owner, memory);
    }
    place(id, memory);
  };
  for (const [number, { reads, writes }] of steps.entries()) {
    for (const id of reads) if (!arrays.has(id)) own(id);
    for (const id of writes) {
      const { owner } = values.get(id)!;
      if (!owners.has(owner)) {
        owners.set(owner, borrow(blocks, lengthOf(owner), number, ends.get(owner)!));
      }
      place(id, owners.get(owner)!);
    }
  }
  for (const id of kept) if (!arrays.has(id)) own(id);
  return arrays;
}

/** The step that needs the memory of each owner last. */
function lastUses(
  steps: readonly Step[],
  values: ReadonlyMap<number, Value>,
  kept: readonly number[],
): Map<number, number> {
  const ends = new Map<number, number>();
  steps.forEach(({ reads, writes }, number) => {
    for (const id of [...reads, ...writes]) ends.set(values.get(id)!.owner, number);
  });
  for (const id of kept) ends.set(values.get(id)!.owner, Number.POSITIVE_INFINITY);
  return ends;
}

/** The smallest free block that isn't much too large, or a new one. */
function borrow(blocks: Block[], length: number, now: number, end: number): ArrayBuffer {
  let best: Block | undefined;
  for (const block of blocks) {
    const { byteLength } = block.memory;
    const fits = block.free <= now && byteLength >= length && byteLength <= 2 * length + 64;
    if (fits && byteLength < (best?.memory.byteLength ?? Number.POSITIVE_INFINITY)) best = block;
  }
  if (!best) {
    best = { memory: new ArrayBuffer(length), free: 0 };
    blocks.push(best);
  }
  best.free = end + 1;
  return best.memory;
}
