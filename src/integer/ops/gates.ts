import {
  type FixedPoint,
  fixedPoint,
  multiplyTwice,
  saturate,
  word16,
} from "../arithmetic/index.js";
import type { IntegerTensor } from "../program/index.js";
import { type Context, scaleOf, zeroPointOf } from "./context.js";
import { multiply } from "./matmul.js";
import { foldedBiases, weightsOf } from "./weights.js";

/** The tensors of a gate of a recurrent layer. */
export interface GateTensors {
  readonly input: IntegerTensor;
  readonly hidden: IntegerTensor;
  readonly kernel: number;
  readonly recurrent: number;
  readonly bias: number;
  /** The bias of the recurrent product, on the scale of the hidden state times that of the kernel. Default: none. */
  readonly recurrentBias?: number;
}

/** A matrix whose products have 16 bits, on the scale 2⁻¹². */
export interface Product {
  readonly weights: Int16Array;
  readonly biases: Int32Array;
  readonly taps: number;
  readonly factor: FixedPoint;
}

/** A gate: its two matrices, and the input's products at each time. */
export interface Gate {
  readonly kernel: Product;
  readonly recurrent: Product;
  readonly sums: Int32Array;
  readonly products: Int16Array;
  readonly recurrentSums: Int32Array;
}

/** Lays out a gate for a number of time steps. */
export function gateOf(context: Context, tensors: GateTensors, time: number): Gate {
  const { input, hidden, kernel, recurrent, bias, recurrentBias = -1 } = tensors;
  const [units = 1] = context.tensor(kernel).shape;
  return {
    kernel: productOf(context, kernel, bias, scaleOf(input), zeroPointOf(input)),
    recurrent: productOf(context, recurrent, recurrentBias, scaleOf(hidden), zeroPointOf(hidden)),
    sums: new Int32Array(time * units),
    products: new Int16Array(time * units),
    recurrentSums: new Int32Array(units),
  };
}

/** The product of codes of a scale with a matrix. */
export function productOf(
  context: Context,
  kernel: number,
  bias: number,
  scale: number,
  zeroPoint: number,
): Product {
  const weights = weightsOf(context, kernel, 0);
  const biases = foldedBiases(context, bias, weights, zeroPoint);
  return {
    weights: weights.weights,
    biases: Int32Array.from(biases, (value) => value | 0),
    taps: weights.weights.length / weights.channels,
    factor: fixedPoint((scale * weights.scales[0]!) / 2 ** -12),
  };
}

/** The products of all time steps' inputs, on the scale 2⁻¹². */
export function inputPart({ kernel, sums, products }: Gate, x: Int16Array, time: number): void {
  multiply(x, 0, time, kernel.taps, kernel.weights, kernel.biases, sums, 0);
  const { multiplier, shift } = kernel.factor;
  for (let i = 0; i < sums.length; i++) {
    products[i] = saturate(multiplyTwice(sums[i]!, multiplier, shift), word16);
  }
}

/** A time step's product of the hidden state, on the scale 2⁻¹². */
export function recurrentProduct(gate: Gate, h: Int16Array, values: Int16Array): void {
  sumRecurrent(gate, h);
  const { multiplier, shift } = gate.recurrent.factor;
  for (let u = 0; u < values.length; u++) {
    values[u] = saturate(multiplyTwice(gate.recurrentSums[u]!, multiplier, shift), word16);
  }
}

/** A time step's products of input and hidden state together. */
export function recurrentPart(gate: Gate, time: number, h: Int16Array, values: Int16Array): void {
  sumRecurrent(gate, h);
  const { multiplier, shift } = gate.recurrent.factor;
  const from = time * values.length;
  for (let u = 0; u < values.length; u++) {
    const product = multiplyTwice(gate.recurrentSums[u]!, multiplier, shift);
    values[u] = saturate(product + gate.products[from + u]!, word16);
  }
}

function sumRecurrent({ recurrent, recurrentSums }: Gate, h: Int16Array): void {
  multiply(h, 0, 1, recurrent.taps, recurrent.weights, recurrent.biases, recurrentSums, 0);
}
