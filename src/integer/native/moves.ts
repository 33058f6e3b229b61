import { tf } from "../../tensorflow/index.js";
import type { IntegerOp, IntegerProgram } from "../program/index.js";
import type { NativeStep } from "./sums.js";

/** The step of an op that moves codes, or takes the largest ones; `undefined` for an op that computes. */
export function moveStep({ tensors }: IntegerProgram, op: IntegerOp): NativeStep | undefined {
  const output = tensors[op.output]!;
  const sizes = output.shape.slice(1);
  switch (op.type) {
    case "reshape":
      return ([x]) => x!.reshape([-1, ...sizes]);
    case "concatenate":
      return (inputs) => tf.concat(inputs, op.axis);
    case "pad":
      return ([x]) => tf.pad(x!, op.paddings as [number, number][], output.zeroPoint[0]!);
    case "slice":
      return ([x]) => tf.slice(x!, [...op.begin], [-1, ...sizes]);
    case "transpose":
      return ([x]) => tf.transpose(x!, [...op.order]);
    case "maxPool2d":
      if (op.activation !== "none") return undefined;
      return ([x]) =>
        tf.maxPool(
          x as tf.Tensor4D,
          op.size as [number, number],
          op.strides as [number, number],
          op.padding,
        );
    default:
      return undefined;
  }
}
