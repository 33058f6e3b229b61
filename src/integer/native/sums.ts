import { tf } from "../../tensorflow/index.js";
import { clampOf, multipliersOf } from "../arithmetic/index.js";
import type { IntegerProgram } from "../program/index.js";
import type { SumOp } from "./bound.js";

/** Runs an op on the codes of a batch, float32 tensors of whole numbers. */
export type NativeStep = (inputs: tf.Tensor[]) => tf.Tensor;

/** Tensors that a step keeps. */
export type Keep = <T extends tf.Tensor>(tensor: T) => T;

/** A convolution or dense layer: TensorFlow sums the products, and XNNPACK's float32 multiplier makes codes of them. */
export function sumStep(program: IntegerProgram, op: SumOp, keep: Keep): NativeStep {
  const [x, weights, bias] = op.inputs.map((index) => program.tensors[index]);
  const zeroPoint = x!.zeroPoint[0]!;
  const kernel = keep(kernelOf(op, weights!.shape, Array.from(weights!.codes!)));
  const biases = bias && keep(tf.tensor1d(Array.from(bias.codes!), "float32"));
  const finish = requantization(program, op, keep);
  return ([codes]) => {
    const values = tf.sub(codes!, zeroPoint);
    const sums = linear(op, values, kernel);
    return finish(biases ? tf.add(sums, biases) : sums);
  };
}

function kernelOf(op: SumOp, shape: readonly number[], codes: number[]): tf.Tensor {
  return tf.tidy(() => {
    const stored = tf.tensor(codes, [...shape], "float32");
    if (op.type === "fullyConnected") return stored.transpose([1, 0]);
    if (op.type === "conv2d") return stored.transpose([1, 2, 3, 0]);
    const [, height, width, outputs] = shape as [number, number, number, number];
    return stored.reshape([height, width, outputs / op.multiplier, op.multiplier]);
  });
}

function linear(op: SumOp, x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  if (op.type === "fullyConnected") {
    const [inputs, outputs] = kernel.shape as [number, number];
    const sums = tf.matMul(x.reshape([-1, inputs]) as tf.Tensor2D, kernel as tf.Tensor2D);
    return sums.reshape([...x.shape.slice(0, -1), outputs]);
  }
  const { strides, padding, dilations } = op;
  const run = op.type === "conv2d" ? tf.conv2d : tf.depthwiseConv2d;
  return run(
    x as tf.Tensor4D,
    kernel as tf.Tensor4D,
    strides as [number, number],
    padding,
    "NHWC",
    dilations as [number, number],
  );
}

/** The step from accumulators to codes; an int32 output takes the accumulators as they are. */
function requantization(
  program: IntegerProgram,
  op: SumOp,
  keep: Keep,
): (sums: tf.Tensor) => tf.Tensor {
  const output = program.tensors[op.output]!;
  if (output.type === "int32") return (sums) => sums;
  const [x, weights] = op.inputs.map((index) => program.tensors[index]!);
  const channels = output.shape.at(-1)!;
  const scaleIn = x!.scale[0]!;
  const scaleOut = output.scale[0]!;
  const { factors } = multipliersOf(scaleIn, weights!.scale, scaleOut, channels, program.kernel);
  const multiplier = keep(tf.tensor1d(Array.from(factors), "float32"));
  const { smallest, largest } = clampOf(op.activation, output);
  const zeroPoint = output.zeroPoint[0]!;
  return (sums) => {
    const codes = tf.add(tf.round(tf.mul(sums, multiplier)), zeroPoint);
    return tf.clipByValue(codes, smallest, largest);
  };
}
