import { type ChannelAxes, channelsIn } from "./channelsLast.js";
import type { WeightRule } from "./rule.js";

/**
 * @internal
 * For each number of a weight, in order, the index along an axis, or along several axes taken as one.
 */
export function indexAlong(shape: readonly number[], axes: ChannelAxes): Int32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const steps = [axes].flat().map((axis) => {
    const at = shape.length + (axis as number);
    const stride = shape.slice(at + 1).reduce((product, length) => product * length, 1);
    return { stride, length: shape[at]! };
  });
  return Int32Array.from({ length: size }, (_, i) =>
    steps.reduce(
      (index, { stride, length }) => index * length + (Math.floor(i / stride) % length),
      0,
    ),
  );
}

/** @internal A weight as matrices, one for each group of channels that see the same inputs. */
export interface Matrices {
  groups: number;
  /** How many inputs an output sees. */
  rows: number;
  /** How many outputs a group has. */
  columns: number;
  /** Where the numbers of the matrices stand in the weight: group by group, row by row. */
  order: Int32Array;
}

/**
 * @internal
 * A depthwise kernel is a matrix for each input channel, any other weight is one matrix. Rows stand in the weight's order.
 */
export function matricesOf(
  shape: readonly number[],
  { outputs, inputs }: Pick<WeightRule, "outputs" | "inputs">,
): Matrices {
  const apart = inputs !== undefined && [outputs].flat().includes(inputs);
  const size = shape.reduce((product, length) => product * length, 1);
  const groups = apart ? shape.at(inputs)! : 1;
  const columns = channelsIn(shape, outputs) / groups;
  const rows = size / (groups * columns);
  const others = [...shape.keys()]
    .map((axis) => axis - shape.length)
    .filter((axis) => ![outputs].flat().includes(axis));
  const [row, channel] = [indexAlong(shape, others), indexAlong(shape, outputs)];
  const order = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const group = apart ? Math.floor(channel[i]! / columns) : 0;
    order[(group * rows + row[i]!) * columns + (channel[i]! % columns)] = i;
  }
  return { groups, rows, columns, order };
}

/**
 * @internal
 * The shape of a weight whose outputs are the inputs that an output sees: it has as many columns as rows.
 */
export function probeShape(shape: readonly number[], rule: WeightRule): number[] {
  const { rows } = matricesOf(shape, rule);
  const axes = [rule.outputs].flat().filter((axis) => axis !== rule.inputs) as number[];
  const last = shape.length + axes.at(-1)!;
  const single = axes.map((axis) => shape.length + axis);
  return shape.map((length, axis) => {
    if (axis === last) return rows;
    return single.includes(axis) ? 1 : length;
  });
}
