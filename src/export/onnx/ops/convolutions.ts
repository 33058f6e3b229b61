import type { Conv2dOp, DepthwiseConv2dOp, TransposedConv2dOp } from "../../../integer/index.js";
import type { Attribute } from "../attributes.js";
import type { Values } from "../values.js";
import { padsOf, windowAttributes } from "./window.js";

/** @internal */
export function conv2d(op: Conv2dOp, values: Values): void {
  const [x, kernel] = op.inputs as [number, number];
  const [, height, width, channels] = values.shape(kernel) as [number, number, number, number];
  const group = values.shape(x)[3]! / channels;
  convolve(op, values, [0, 3, 1, 2], { size: [height, width], group });
}

/** @internal */
export function depthwiseConv2d(op: DepthwiseConv2dOp, values: Values): void {
  const [x, kernel] = op.inputs as [number, number];
  const [, height, width] = values.shape(kernel) as [number, number, number, number];
  convolve(op, values, [3, 0, 1, 2], { size: [height, width], group: values.shape(x)[3]! });
}

function convolve(
  op: Conv2dOp | DepthwiseConv2dOp,
  values: Values,
  order: number[],
  { size, group }: { size: [number, number]; group: number },
): void {
  const [x, kernel, bias] = op.inputs as [number, number, number];
  const attributes: Record<string, Attribute> = {
    ...windowAttributes(values.shape(x), { ...op, size }),
    dilations: { ints: [...op.dilations] },
    group: { int: group },
  };
  const inputs = [values.read(x, "first"), values.weights(kernel, order), ...biasOf(bias, values)];
  const result = values.graph.node("Conv", inputs, `${op.layer}_conv`, attributes);
  values.write(op, result, "first", op);
}

/** @internal */
export function transposedConv2d(op: TransposedConv2dOp, values: Values): void {
  const [x, kernel, bias] = op.inputs as [number, number, number];
  const size = values.shape(kernel).slice(1, 3) as [number, number];
  const [input, output] = [x, op.output].map((index) => values.shape(index).slice(1, 3));
  // The sums reach further than the output, which is cut, or less far, which is filled up at the end.
  const excess = size.map((length, i) => (input![i]! - 1) * op.strides[i]! + length - output![i]!);
  const attributes: Record<string, Attribute> = {
    kernel_shape: { ints: size },
    strides: { ints: [...op.strides] },
    pads: { ints: padsOf(excess.map((length) => Math.max(0, length))) },
    output_padding: { ints: excess.map((length) => Math.max(0, -length)) },
  };
  const inputs = [
    values.read(x, "first"),
    values.weights(kernel, [3, 0, 1, 2]),
    ...biasOf(bias, values),
  ];
  const result = values.graph.node("ConvTranspose", inputs, `${op.layer}_conv`, attributes);
  values.write(op, result, "first", op);
}

/** @internal The value of a bias, if the op has one. */
export function biasOf(bias: number | undefined, values: Values): string[] {
  return bias === undefined || bias < 0 ? [] : [values.weights(bias)];
}
