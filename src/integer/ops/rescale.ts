import {
  clampOf,
  fixedPoint,
  halfEven,
  multiplyTwice,
  multiplyTwiceUp,
} from "../arithmetic/index.js";
import type { FusedActivation, LeakyReluOp, QuantizeOp, ReluOp } from "../program/index.js";
import { type Context, type Step, scaleOf, zeroPointOf } from "./context.js";
import { lookUp } from "./lookUp.js";
import { rescaleWide } from "./rescaleWide.js";

/** A factor of codes less their zero point, by which a kernel rescales them. */
type Factor = (difference: number) => number;

/** An op whose output is a clamp of its input on another scale. */
interface Rescaling {
  readonly inputs: readonly number[];
  readonly output: number;
}

/** TensorFlow Lite's factor: a multiplier of 32 bits, rounded twice. */
function twice(number: number): Factor {
  const { multiplier, shift } = fixedPoint(number);
  return (difference) => multiplyTwice(difference, multiplier, shift);
}

/** The same with halves rounded up. */
function twiceUp(number: number): Factor {
  const { multiplier, shift } = fixedPoint(number);
  return (difference) => multiplyTwiceUp(difference, multiplier, shift);
}

/** XNNPACK's factor: a number of 8 fractional bits (`xnn_qs8_vcvt`, `xnn_qs8_vlrelu`), halves up. */
function eighths(number: number): Factor {
  const multiplier = halfEven(256 * Math.fround(number));
  return (difference) => (multiplier * difference + 128) >> 8;
}

/** Whether XNNPACK takes a factor; it leaves the others to TensorFlow Lite. */
function delegable(factor: number): boolean {
  return Math.abs(factor) >= 2 ** -8 && factor <= 128;
}

function rescaled(
  op: Rescaling,
  context: Context,
  activation: FusedActivation,
  factorOf: (difference: number) => Factor,
): (code: number) => number {
  const input = context.tensor(op.inputs[0]!);
  const output = context.tensor(op.output);
  const { smallest, largest } = clampOf(activation, output);
  return (code) => {
    const difference = code - zeroPointOf(input);
    const result = factorOf(difference)(difference) + zeroPointOf(output);
    return Math.max(smallest, Math.min(largest, result));
  };
}

/** The ratio of an op's scales. */
function ratioOf(op: Rescaling, context: Context): number {
  return scaleOf(context.tensor(op.inputs[0]!)) / scaleOf(context.tensor(op.output));
}

/** The same values on another scale. */
export function quantize(op: QuantizeOp, context: Context): Step {
  const [input] = op.inputs as [number];
  const types = [context.tensor(input).type, context.tensor(op.output).type];
  if (types.some((type) => type !== "int8")) return rescaleWide(op, context);
  const ratio = ratioOf(op, context);
  const code = (factor: Factor) => rescaled(op, context, "none", () => factor);
  if (context.kernel === "tflite-reference")
    return lookUp(context, input, op.output, code(twice(ratio)));
  if (context.kernel === "xnnpack" && delegable(Math.fround(ratio))) {
    return lookUp(context, input, op.output, code(eighths(ratio)));
  }
  return lookUp(context, input, op.output, code(twiceUp(ratio)), code(twice(ratio)));
}

/** A clamp that stands alone; XNNPACK leaves it to TensorFlow Lite where the scales differ. */
export function relu(op: ReluOp, context: Context): Step {
  const factor = twice(ratioOf(op, context));
  const code = rescaled(op, context, op.activation, () => factor);
  return lookUp(context, op.inputs[0]!, op.output, code);
}

/** x for x ≥ 0, else alpha · x: a factor for each sign. */
export function leakyRelu(op: LeakyReluOp, context: Context): Step {
  const ratio = ratioOf(op, context);
  const below = ratio * Math.fround(op.alpha);
  const delegated = context.kernel === "xnnpack" && delegable(ratio) && delegable(below);
  const kind = delegated ? eighths : twice;
  const [positive, negative] = [kind(ratio), kind(below)];
  const factorOf = (difference: number) => (difference >= 0 ? positive : negative);
  return lookUp(context, op.inputs[0]!, op.output, rescaled(op, context, "none", factorOf));
}
