import { refuse } from "../refuse.js";

/** @internal An axis of a loop over tensors: its length, and the distance of its entries in each tensor. */
export interface Axis {
  readonly size: number;
  readonly steps: readonly number[];
}

/** @internal The distances of the entries along each axis of a shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape.toReversed()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

/**
 * @internal
 * The same loop in as few axes as can be, filled up in front to a number of axes.
 *
 * @throws Error if more axes are needed, naming the layer
 */
export function collapse(axes: readonly Axis[], count: number, layer: string): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes.filter(({ size }) => size !== 1)) {
    const outer = merged.at(-1);
    if (outer?.steps.every((step, i) => step === axis.steps[i]! * axis.size)) {
      merged[merged.length - 1] = { size: outer.size * axis.size, steps: axis.steps };
    } else merged.push(axis);
  }
  if (merged.length > count) {
    const reason = `its tensors have ${merged.length} axes that can't be merged, and the C routine has ${count}`;
    throw refuse({ layer, what: "shape", reason, way: "reshape the layer's input to fewer axes" });
  }
  const zeros = (axes[0]?.steps ?? []).map(() => 0);
  const filled = Array.from({ length: count - merged.length }, () => ({ size: 1, steps: zeros }));
  return [...filled, ...merged];
}
