import type { IntegerOp, OpType, PoolOp } from "../../../integer/index.js";
import { clampAll, functions } from "./floatFunctions.js";
import { conv2d, depthwiseConv2d, type FloatValues, forTaps, fullyConnected } from "./floatSums.js";

type Inputs = readonly FloatValues[];
type Compute = (inputs: Inputs, output: FloatValues) => void;

const each =
  (compute: (x: number) => number): Compute =>
  ([x], y) => {
    for (let i = 0; i < y.values.length; i++) y.values[i] = compute(x!.values[i]!);
  };

/** The number of entries of a shape behind an axis. */
const behind = (shape: readonly number[], axis: number) =>
  shape.slice(axis + 1).reduce((size, length) => size * length, 1);

/** The index of each of an output's entries along its axes. */
function indicesOf(shape: readonly number[], entry: number): number[] {
  return shape.map((length, axis) => Math.floor(entry / behind(shape, axis)) % length);
}

/** The entry at indices; an axis of length 1 broadcasts. */
const entryOf = (shape: readonly number[], indices: readonly number[]) =>
  shape.reduce((entry, length, axis) => {
    return entry * length + (length === 1 ? 0 : indices[indices.length - shape.length + axis]!);
  }, 0);

/** An op whose output takes each of its values out of the input, or is 0. */
const taken =
  (place: (indices: number[], shape: readonly number[]) => number[]): Compute =>
  ([x], y) => {
    for (let i = 0; i < y.values.length; i++) {
      const indices = place(indicesOf(y.shape, i), x!.shape);
      const isInside = indices.every((index, axis) => index >= 0 && index < x!.shape[axis]!);
      y.values[i] = isInside ? x!.values[entryOf(x!.shape, indices)]! : 0;
    }
  };

const binary =
  (compute: (x: number, y: number) => number): Compute =>
  ([a, b], y) => {
    for (let i = 0; i < y.values.length; i++) {
      const indices = indicesOf(y.shape, i);
      const [x, z] = [a!, b!].map(({ shape, values }) => values[entryOf(shape, indices)]!);
      y.values[i] = compute(x!, z!);
    }
  };

type Writers = { [T in OpType]?: (op: Extract<IntegerOp, { type: T }>) => Compute };

const pool = (op: PoolOp): Compute => {
  const isMaximum = op.type === "maxPool2d";
  return ([x], y) => {
    const channels = y.shape.at(-1)!;
    const counts = new Float32Array(y.values.length);
    y.values.fill(isMaximum ? -Infinity : 0);
    forTaps(op, [x!.shape, y.shape], op.size, (from, to) => {
      for (let c = 0; c < channels; c++) {
        const [value, i] = [x!.values[from * channels + c]!, to * channels + c];
        y.values[i] = isMaximum ? Math.max(y.values[i]!, value) : y.values[i]! + value;
        counts[i]!++;
      }
    });
    if (!isMaximum) for (let i = 0; i < counts.length; i++) y.values[i]! /= counts[i]!;
  };
};

/** The ops of float programs, for images. */
const writers: Writers = {
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  add: () => binary((x, y) => x + y),
  subtract: () => binary((x, y) => x - y),
  multiply: () => binary((x, y) => x * y),
  maximum: () => binary(Math.max),
  minimum: () => binary(Math.min),
  maxPool2d: pool,
  averagePool2d: pool,
  reshape:
    () =>
    ([x], y) =>
      y.values.set(x!.values),
  pad: ({ paddings }) => taken((at) => at.map((index, axis) => index - paddings[axis]![0])),
  slice: ({ begin }) => taken((at) => at.map((index, axis) => index + begin[axis]!)),
  transpose: ({ order }) => taken((at, shape) => shape.map((_, axis) => at[order.indexOf(axis)]!)),
  reverse: ({ axis }) =>
    taken((at, shape) => at.map((index, i) => (i === axis ? shape[i]! - 1 - index : index))),
  resizeNearest: ({ factors }) =>
    taken((at) => at.map((index, axis) => Math.floor(index / ([1, ...factors, 1][axis] ?? 1)))),
  concatenate:
    ({ axis }) =>
    (inputs, y) => {
      let start = 0;
      for (const { shape, values } of inputs) {
        for (let i = 0; i < values.length; i++) {
          const at = indicesOf(shape, i).map((index, k) => (k === axis ? index + start : index));
          y.values[entryOf(y.shape, at)] = values[i]!;
        }
        start += shape[axis]!;
      }
    },
  mean:
    ({ axes }) =>
    ([x], y) => {
      const kept = x!.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
      y.values.fill(0);
      for (let i = 0; i < x!.values.length; i++) {
        y.values[entryOf(kept, indicesOf(x!.shape, i))]! += x!.values[i]!;
      }
      const count = x!.values.length / y.values.length;
      for (let i = 0; i < y.values.length; i++) y.values[i]! /= count;
    },
  softmax:
    () =>
    ([x], y) => {
      const depth = y.shape.at(-1)!;
      for (let row = 0; row < y.values.length; row += depth) {
        const shares = softmaxOf(x!.values.subarray(row, row + depth));
        y.values.set(shares, row);
      }
    },
  table: (op) => each(functions[op.function]),
  hardSwish: () => each((x) => (x * Math.min(6, Math.max(0, x + 3))) / 6),
  leakyRelu: ({ alpha }) => each((x) => (x < 0 ? alpha * x : x)),
  prelu: () => binary((x, slope) => (x < 0 ? slope * x : x)),
  relu: () => each((x) => x),
};

/** Whether a page can compute an op in floats. */
export const isKnown = (type: string): boolean => type in writers;

/** The function of an op, with its clamp. */
export function computeOf(op: IntegerOp): Compute {
  const compute = (writers[op.type] as (op: IntegerOp) => Compute)(op);
  return (inputs, output) => {
    compute(inputs, output);
    if ("activation" in op) clampAll(output.values, op.activation);
  };
}

/** Shares that are positive and whose sum is 1. */
export function softmaxOf(values: Float32Array): Float32Array {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
