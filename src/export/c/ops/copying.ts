import type {
  ConcatenateOp,
  PadOp,
  ReshapeOp,
  ResizeNearestOp,
  ReverseOp,
  SliceOp,
  TransposeOp,
} from "../../../integer/index.js";
import { copy, fill } from "../routines/copying.js";
import { sizeOf } from "../sizes.js";
import { struct, type Writer } from "../writer.js";
import { type Axis, collapse, stridesOf } from "./strides.js";

/** A copy of codes: from where to where, and along which axes. */
interface Copy {
  readonly layer: string;
  readonly input: number;
  readonly output: number;
  /** The first entries that are read and written. */
  readonly from?: number;
  readonly to?: number;
  /** Each axis has its steps in the input and in the output. */
  readonly axes: readonly Axis[];
}

function copyCodes({ layer, input, output, from = 0, to = 0, axes }: Copy, writer: Writer): string {
  const five = collapse(axes, 5, layer);
  const strided = struct("strided", {
    sizes: five.map(({ size }) => size),
    from: five.map(({ steps }) => steps[0]!),
    to: five.map(({ steps }) => steps[1]!),
  });
  const plus = (base: string, offset: number) => (offset === 0 ? base : `${base} + ${offset}`);
  const places = `${plus(writer.at(input), from)}, ${plus(writer.at(output), to)}`;
  return `${writer.call(copy)}(${places}, ${strided});`;
}

/** The axes of a shape, with steps in the input and in the output. */
const axesOf = (shape: readonly number[], from: readonly number[], to: readonly number[]) =>
  shape.map((size, axis) => ({ size, steps: [from[axis]!, to[axis]!] }));

/** @internal */
export function concatenate({ layer, inputs, output, axis }: ConcatenateOp, writer: Writer) {
  const to = stridesOf(writer.tensor(output).shape);
  let start = 0;
  return inputs.map((input) => {
    const { shape } = writer.tensor(input);
    const axes = axesOf(shape, stridesOf(shape), to);
    const text = copyCodes({ layer, input, output, to: start * to[axis]!, axes }, writer);
    start += shape[axis]!;
    return text;
  });
}

/** @internal */
export function pad({ layer, inputs, output, paddings }: PadOp, writer: Writer): string[] {
  const [input] = inputs as [number];
  const { shape } = writer.tensor(input);
  const tensor = writer.tensor(output);
  const steps = stridesOf(tensor.shape);
  const to = paddings.reduce((sum, [before], axis) => sum + before * steps[axis]!, 0);
  const axes = axesOf(shape, stridesOf(shape), steps);
  return [
    `${writer.call(fill)}(${writer.at(output)}, ${sizeOf(tensor)}, ${tensor.zeroPoint[0]});`,
    copyCodes({ layer, input, output, to, axes }, writer),
  ];
}

/** @internal */
export function slice({ layer, inputs, output, begin }: SliceOp, writer: Writer): string[] {
  const [input] = inputs as [number];
  const { shape } = writer.tensor(output);
  const steps = stridesOf(writer.tensor(input).shape);
  const from = begin.reduce((sum, start, axis) => sum + start * steps[axis]!, 0);
  return [
    copyCodes({ layer, input, output, from, axes: axesOf(shape, steps, stridesOf(shape)) }, writer),
  ];
}

/** @internal */
export function transpose({ layer, inputs, output, order }: TransposeOp, writer: Writer) {
  const [input] = inputs as [number];
  const { shape } = writer.tensor(output);
  const steps = stridesOf(writer.tensor(input).shape);
  const from = order.map((axis) => steps[axis]!);
  return [copyCodes({ layer, input, output, axes: axesOf(shape, from, stridesOf(shape)) }, writer)];
}

/** @internal */
export function reverse({ layer, inputs, output, axis }: ReverseOp, writer: Writer): string[] {
  const [input] = inputs as [number];
  const { shape } = writer.tensor(output);
  const steps = stridesOf(shape);
  const back = steps.map((step, i) => (i === axis ? -step : step));
  const from = (shape[axis]! - 1) * steps[axis]!;
  return [copyCodes({ layer, input, output, from, axes: axesOf(shape, back, steps) }, writer)];
}

/** @internal */
export function resizeNearest({ layer, inputs, output, factors }: ResizeNearestOp, writer: Writer) {
  const [input] = inputs as [number];
  const [, height = 1, width = 1, channels = 1] = writer.tensor(input).shape;
  const sizes = [height, factors[0], width, factors[1], channels];
  const from = [width * channels, 0, channels, 0, 1];
  return [copyCodes({ layer, input, output, axes: axesOf(sizes, from, stridesOf(sizes)) }, writer)];
}

/** @internal A reshaped tensor mostly shares its input's memory, so that nothing is copied. */
export function reshape({ inputs, output }: ReshapeOp, writer: Writer): string[] {
  return writer.copyWhole(writer.at(inputs[0]!), writer.at(output), writer.tensor(output));
}
