/**
 * @internal
 * How a tensor is read where a loop counts the elements of a shape that it is broadcast to: for neighbouring axes of the
 * shape, their length and the distance of the tensor's elements along them, 0 where it repeats.
 */
export type Layout = readonly { length: number; step: number }[];

/** @internal The layout of a tensor that is broadcast to a shape. */
export function layoutOf(from: readonly number[], to: readonly number[]): Layout {
  const missing = to.length - from.length;
  const axes: { length: number; step: number }[] = [];
  let stride = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const own = from[axis - missing] ?? 1;
    const length = to[axis]!;
    const step = own === 1 ? 0 : stride;
    stride *= own;
    if (length === 1) continue;
    const inner = axes[0];
    const joins = inner && (step === 0 ? inner.step === 0 : step === inner.step * inner.length);
    if (joins) axes[0] = { length: length * inner.length, step: inner.step };
    else axes.unshift({ length, step });
  }
  return axes;
}

/** @internal Whether a layout reads one element after the other. */
export function isPlain(layout: Layout): boolean {
  return layout.length === 0 || (layout.length === 1 && layout[0]!.step === 1);
}

/** @internal Whether a layout reads the same element always. */
export function isSingle(layout: Layout): boolean {
  return layout.every(({ step }) => step === 0);
}

/**
 * @internal
 * Axes, from the outermost to the innermost, along each of which every layout has one step; `undefined` if there are
 * none, as for layouts whose axes lie across each other.
 */
export function commonAxes(layouts: readonly Layout[], size: number): number[] | undefined {
  const cuts = new Set([1, size]);
  for (const layout of layouts) {
    let inner = 1;
    for (const { length } of layout.toReversed()) {
      inner *= length;
      cuts.add(inner);
    }
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  const lengths: number[] = [];
  for (let i = 1; i < sorted.length; i++) {
    const length = sorted[i]! / sorted[i - 1]!;
    if (!Number.isInteger(length)) return undefined;
    lengths.unshift(length);
  }
  return lengths;
}

/** @internal The steps of a layout along common axes. */
export function stepsAlong(layout: Layout, lengths: readonly number[]): number[] {
  const steps: number[] = [];
  let inner = 1;
  for (const length of lengths.toReversed()) {
    steps.unshift(stepAt(layout, inner));
    inner *= length;
  }
  return steps;
}

/** How far the tensor's elements are apart where the count of elements is apart by `count`. */
function stepAt(layout: Layout, count: number): number {
  let inner = 1;
  for (const { length, step } of layout.toReversed()) {
    if (count < inner * length) return step * (count / inner);
    inner *= length;
  }
  return 0;
}
