import { sizeOf, type Values } from "./kernel.js";

/** @internal Where an array's elements lie: the first, and the distance between neighbours along each axis. */
export interface Layout {
  offset?: number;
  strides: readonly number[];
}

/**
 * @internal
 * Copies the elements of a shape from one layout to another. A distance of 0 repeats elements, so this broadcasts,
 * tiles, transposes, slices and pads.
 */
export function copy(
  shape: readonly number[],
  from: Values,
  source: Layout,
  to: Values,
  target: Layout,
): void {
  if (sizeOf(shape) === 0) return;
  const axes = merged(shape, source.strides, target.strides);
  const last = axes.pop() ?? { length: 1, from: 0, to: 0 };
  const place = axes.map(() => 0);
  let read = source.offset ?? 0;
  let write = target.offset ?? 0;
  for (;;) {
    copyRow(last, from, read, to, write);
    let axis = axes.length - 1;
    for (; axis >= 0; axis--) {
      const { length, from: reads, to: writes } = axes[axis]!;
      read += reads;
      write += writes;
      place[axis]!++;
      if (place[axis]! < length) break;
      read -= reads * length;
      write -= writes * length;
      place[axis] = 0;
    }
    if (axis < 0) return;
  }
}

interface Axis {
  length: number;
  from: number;
  to: number;
}

function copyRow(row: Axis, from: Values, read: number, to: Values, write: number): void {
  const { length } = row;
  if (row.to === 1 && row.from === 0) to.fill(from[read]!, write, write + length);
  else {
    for (let i = 0; i < length; i++) to[write + i * row.to] = from[read + i * row.from]!;
  }
}

/** The axes without those of length 1, neighbours joined where both layouts go on without a gap. */
function merged(shape: readonly number[], from: readonly number[], to: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const next = { length, from: from[axis]!, to: to[axis]! };
    const before = axes.at(-1);
    if (before && before.from === next.from * length && before.to === next.to * length) {
      axes[axes.length - 1] = { ...next, length: before.length * length };
    } else axes.push(next);
  }
  return axes;
}
