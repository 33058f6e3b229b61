/**
 * @internal
 * The order in which a value lies in the file. Programs have channels last; ONNX's convolutions and poolings have
 * them first, behind the batch. `flat` is the order of values that were flattened while channels were first.
 */
export type Layout = "last" | "first" | Flat;

/** @internal A tensor `[batch, positions · channels]`, in whose file channels vary slowest. */
export interface Flat {
  readonly positions: number;
  readonly channels: number;
}

/** @internal Whether a layout is that of flattened values. */
export const isFlat = (layout: Layout): layout is Flat => typeof layout === "object";

/** @internal Whether two layouts are equal. */
export function isSame(a: Layout, b: Layout): boolean {
  if (isFlat(a) && isFlat(b)) return a.positions === b.positions && a.channels === b.channels;
  return a === b;
}

/** @internal The order of axes that brings channels to the front: axis i of the file is axis `order[i]`. */
export function channelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** @internal The order of axes that brings channels to the end. */
export function channelsLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

/** @internal The axis of the file that is axis `axis` of the program. */
export function axisIn(layout: Layout, axis: number, rank: number): number {
  return layout === "first" ? channelsFirst(rank).indexOf(axis) : axis;
}

/** @internal A list with an entry for each axis, in the order of the file's axes. */
export function inOrder<T>(layout: Layout, entries: readonly T[]): T[] {
  if (layout !== "first") return [...entries];
  return channelsFirst(entries.length).map((axis) => entries[axis]!);
}

/** @internal The number of channels and of positions of a tensor `[batch, …, channels]`. */
export function partsOf(shape: readonly number[]): Flat {
  const channels = shape.at(-1)!;
  return { channels, positions: shape.slice(1, -1).reduce((product, size) => product * size, 1) };
}

/** @internal Whether a tensor lies in memory in the same order in all layouts. */
export function isAlike({ channels, positions }: Flat): boolean {
  return channels === 1 || positions === 1;
}
