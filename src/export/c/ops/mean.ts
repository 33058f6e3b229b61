import type { MeanOp } from "../../../integer/index.js";
import { mean as routine } from "../routines/mean.js";
import { sizeOf } from "../sizes.js";
import { struct, type Writer } from "../writer.js";
import { type CodeSteps, codeSteps } from "./meanSteps.js";
import { type Axis, collapse, stridesOf } from "./strides.js";

/** Kernels may compute so many channels at a time, and the rest by another function. */
const block = 16;

/**
 * @internal
 * The mean over axes. Its code never falls as the sum of codes grows, so that the sums at which the engine's code
 * changes say all.
 */
export function mean(op: MeanOp, writer: Writer): string[] {
  const { shape } = writer.tensor(op.inputs[0]!);
  const steps = stridesOf(shape);
  const all = shape.map((size, axis) => ({ size, steps: [steps[axis]!] }));
  const kept = all.filter((_, axis) => !op.axes.includes(axis));
  const count = sizeOf(writer.tensor(op.inputs[0]!)) / sizeOf(writer.tensor(op.output));
  const whole = codeSteps(op, { count, columns: block }, writer);
  const tail = codeSteps(op, { count, columns: block - 1 }, writer);
  if (String([tail.smallest, ...tail.thresholds]) === String([whole.smallest, ...whole.thresholds]))
    return [call(op, { kept, steps: whole, from: 0 }, writer)];
  // Only the channels are kept here, so that the outputs of the rest follow those of the blocks.
  const channels = shape.at(-1)!;
  const rest = channels % block;
  const part = (size: number, from: number, steps: CodeSteps) =>
    size === 0 ? [] : [call(op, { kept: [{ size, steps: [1] }], steps, from }, writer)];
  return [...part(channels - rest, 0, whole), ...part(rest, channels - rest, tail)];
}

/** The outputs that a call computes, from an index on. */
interface Part {
  readonly kept: readonly Axis[];
  readonly steps: CodeSteps;
  readonly from: number;
}

function call(op: MeanOp, { kept, steps, from }: Part, writer: Writer): string {
  const [input] = op.inputs as [number];
  const { shape } = writer.tensor(input);
  const strides = stridesOf(shape);
  const reduced = op.axes
    .toSorted((a, b) => a - b)
    .map((axis) => ({
      size: shape[axis]!,
      steps: [strides[axis]!],
    }));
  const [outer, inner] = [collapse(kept, 2, op.layer), collapse(reduced, 2, op.layer)];
  const { smallest, thresholds } = steps;
  const value = struct("mean", {
    kept: outer.map(({ size }) => size),
    kept_steps: outer.map((axis) => axis.steps[0]!),
    reduced: inner.map(({ size }) => size),
    reduced_steps: inner.map((axis) => axis.steps[0]!),
    smallest,
    count: thresholds.length,
    thresholds:
      thresholds.length > 0 ? writer.constants.add(`${op.layer}_thresholds`, thresholds) : "NULL",
  });
  const plus = from === 0 ? "" : ` + ${from}`;
  const places = `${writer.at(input)}${plus}, ${writer.at(op.output)}${plus}`;
  return `${writer.call(routine)}(${places}, ${value});`;
}
