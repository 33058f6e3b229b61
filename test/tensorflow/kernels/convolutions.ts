import { fakeQuant } from "../../../src/tensorflow/fakeQuant/fakeQuant.js";
import {
  type ConvolutionSettings,
  convolution,
  convolutionAttributes,
  convolutionGradient,
  roundingAttributes,
} from "../../../src/tensorflow/kernels/convolution.js";
import { nodeBackend } from "../../../src/tensorflow/loading/nodeBackend.js";
import { tf } from "../../../src/tensorflow/tf.js";

/** A convolution that tests compute by the library's own kernel and by TensorFlow's ops. */
export interface Case extends Partial<Omit<ConvolutionSettings, "low" | "high">> {
  /** The shape of the images. */
  x: [number, number, number, number];
  /** The height and the width of the filter. */
  window: [number, number];
  outputs: number;
  activation?: "relu" | "relu6";
  bias?: boolean;
  /** Whether the images have no gradient. */
  first?: boolean;
  /** The range that the activation's values are rounded to, with 3 bits, before they are pooled. */
  range?: [number, number];
}

export interface Numbers {
  x: tf.Tensor;
  filter: tf.Tensor;
  bias: tf.Tensor;
}

const unbounded = Number.POSITIVE_INFINITY;

export function settingsOf({ same = false, stride = 1, pool = false, activation }: Case) {
  const [low, high] = activation
    ? [0, activation === "relu6" ? 6 : unbounded]
    : [-unbounded, unbounded];
  return { same, stride, pool, low, high };
}

/** The output by TensorFlow's ops. */
export function composed(options: Case, { x, filter, bias }: Numbers) {
  const { same, stride = 1, pool, activation, range } = options;
  const sums = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, same ? "same" : "valid");
  let y: tf.Tensor = bias.size > 0 ? sums.add(bias) : sums;
  if (activation) y = activation === "relu" ? tf.relu(y) : tf.relu6(y);
  if (range)
    y = fakeQuant(y, tf.scalar(range[0]), tf.scalar(range[1]), { bits: 3, narrowRange: false });
  return pool ? tf.maxPool(y as tf.Tensor4D, 2, 2, "valid") : y;
}

/** The largest values by TensorFlow's ops before they are rounded; which ones these are is decided after rounding. */
export function composedValues(options: Case, numbers: Numbers) {
  const apart = { ...options, pool: false };
  const rounded = composed(apart, numbers) as tf.Tensor4D;
  const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid");
  const chosen = tf.grad(pool)(rounded, tf.onesLike(pool(rounded)));
  const exact = composed({ ...apart, range: undefined }, numbers);
  return tf.avgPool(exact.mul(chosen) as tf.Tensor4D, 2, 2, "valid").mul(4);
}

/** The gradients for images, filter and bias by TensorFlow's ops. */
export function composedGradients(options: Case, { x, filter, bias }: Numbers, dy: tf.Tensor) {
  const given = bias.size > 0 ? [x, filter, bias] : [x, filter];
  const gradients = tf.grads((x: tf.Tensor, filter: tf.Tensor, b: tf.Tensor = bias) =>
    composed(options, { x, filter, bias: b }),
  )(given, dy);
  return options.first ? gradients.slice(1) : gradients;
}

/** The output by the library's own kernel, the places of the largest values, and these before they are rounded. */
export function own(
  options: Case,
  { x, filter, bias }: Numbers,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const { range } = options;
  const rounding = range && { bits: 3, narrowRange: false, exact: true };
  const attributes = [
    ...convolutionAttributes(settingsOf(options)),
    ...roundingAttributes(rounding),
  ];
  const ends = range?.map((end) => tf.scalar(end)) ?? [tf.zeros([0]), tf.zeros([0])];
  const inputs = [x, filter, bias, ...ends];
  return nodeBackend().executeMultipleOutputs(convolution, attributes, inputs, 3) as never;
}

/** The gradients by the library's own kernel. */
export function ownGradients(
  options: Case,
  { x, filter, bias }: Numbers,
  dy: tf.Tensor,
  [y, codes]: [tf.Tensor, tf.Tensor, tf.Tensor],
) {
  const { TF_ATTR_BOOL } = nodeBackend().binding;
  const attributes = [
    ...convolutionAttributes(settingsOf(options)),
    { name: "input_gradient", type: TF_ATTR_BOOL, value: !options.first },
  ];
  const gated = options.activation && !options.pool;
  const inputs = [dy, x, filter, gated ? y : tf.zeros([0]), codes];
  const gradients = nodeBackend().executeMultipleOutputs(
    convolutionGradient,
    attributes,
    inputs,
    3,
  );
  const [from, to] = [options.first ? 1 : 0, bias.size > 0 ? 3 : 2];
  return gradients.slice(from, to);
}

/**
 * Numbers for a case. If they are `whole`, sums are exact in any order and many are equal; else they are normal.
 */
export function numbersFor({ x, window, outputs, bias = true }: Case, whole: boolean): Numbers {
  const filter = [...window, x[3], outputs];
  const draw = (shape: number[], seed: number) => {
    const normal = tf.randomNormal(shape, 0, 1, "float32", seed);
    return whole ? normal.round() : normal;
  };
  return { x: draw(x, 1), filter: draw(filter, 2), bias: draw([bias ? outputs : 0], 3) };
}
