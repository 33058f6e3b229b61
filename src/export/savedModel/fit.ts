import type { Constant, TypedValues } from "../../tensorflow/index.js";

/** @internal A whole number that grows with the batch: `slope * batch + offset`. */
export interface Line {
  slope: number;
  offset: number;
}

/** @internal How a constant of a trace depends on the batch size. */
export type Rule =
  | { kind: "same" }
  /** Each value of the constant is a line. */
  | { kind: "values"; lines: Line[] }
  /** The constant repeats `base` along the axes whose sizes differ, in which `base` has size 1. */
  | { kind: "repeated"; base: Constant; shape: Line[] };

/**
 * @internal
 * The rule of a constant from its values at several batch sizes; `undefined` if there is no rule.
 *
 * @param sizes three or more batch sizes: two give the line, the others confirm it
 */
export function fitConstant(constants: Constant[], sizes: number[]): Rule | undefined {
  const [first] = constants as [Constant];
  if (
    constants.some(
      ({ dtype, shape }) => dtype !== first.dtype || shape.length !== first.shape.length,
    )
  ) {
    return undefined;
  }
  const shape = fitAll(
    constants.map((constant) => constant.shape),
    sizes,
  );
  if (!shape) return undefined;
  if (shape.some(({ slope }) => slope !== 0)) return fitRepeated(constants, shape);
  if (constants.every(({ values }) => sameValues(values, first.values))) return { kind: "same" };
  if (!(first.values instanceof Int32Array) || first.shape.length > 1) return undefined;
  const lines = fitAll(
    constants.map(({ values }) => [...values]),
    sizes,
  );
  return lines && { kind: "values", lines };
}

/** A line for each place in the lists, through the numbers at the place. */
function fitAll(lists: number[][], sizes: number[]): Line[] | undefined {
  const lines = lists[0]!.map((_, i) =>
    fitLine(
      lists.map((list) => list[i]!),
      sizes,
    ),
  );
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

function fitLine(values: number[], sizes: number[]): Line | undefined {
  const slope = (values[1]! - values[0]!) / (sizes[1]! - sizes[0]!);
  const offset = values[0]! - slope * sizes[0]!;
  const fits = values.every((value, i) => value === slope * sizes[i]! + offset);
  return fits && Number.isInteger(slope) ? { slope, offset } : undefined;
}

function fitRepeated(constants: Constant[], lines: Line[]): Rule | undefined {
  const [first] = constants as [Constant];
  const shape = first.shape.map((size, axis) => (lines[axis]!.slope === 0 ? size : 1));
  const size = shape.reduce((product, length) => product * length, 1);
  const values = first.values.slice(0, size);
  for (let i = 0; i < size; i++) values[i] = first.values[place(i, shape, first.shape)]!;
  const base = { ...first, shape, values };
  const repeats = constants.every(({ values: all, shape: full }) =>
    all.every((value, i) => Object.is(value, values[place(i, full, shape)])),
  );
  return repeats ? { kind: "repeated", base, shape: lines } : undefined;
}

/**
 * The flat index in a tensor of shape `to` of the value with flat index `index` in a tensor of shape `from`;
 * along axes of size 1 in `to` the position is 0.
 */
function place(index: number, from: number[], to: number[]): number {
  let [flat, stride, rest] = [0, 1, index];
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const position = rest % from[axis]!;
    rest = Math.floor(rest / from[axis]!);
    flat += (to[axis] === 1 ? 0 : position) * stride;
    stride *= to[axis]!;
  }
  return flat;
}

function sameValues(a: TypedValues, b: TypedValues): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
