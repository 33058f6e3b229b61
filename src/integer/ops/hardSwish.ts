import { fixedPoint, roundingShift, saturate, word16 } from "../arithmetic/index.js";
import type { HardSwishOp } from "../program/index.js";
import { type Context, type Step, scaleOf, zeroPointOf } from "./context.js";
import { lookUp } from "./lookUp.js";

const { fround } = Math;

/** A multiplier of 16 bits: the upper half of one of 32 bits, rounded. */
function reduced(number: number): { multiplier: number; shift: number } {
  const { multiplier, shift } = fixedPoint(number);
  return { multiplier: Math.min(32767, (multiplier + 32768) >> 16), shift };
}

/**
 * TensorFlow Lite's fixed-point hard swish: x on the output's scale times (x / 3 + 1) / 2, clamped to [0, 1], both in
 * 16 bits. A function of the code alone, so that a table of 256 codes holds it.
 */
export function hardSwish(op: HardSwishOp, context: Context): Step {
  const input = context.tensor(op.inputs[0]!);
  const output = context.tensor(op.output);
  const fine = fround(scaleOf(input) / 128);
  const toOutput = reduced(fround(fine / scaleOf(output)));
  const toThree = reduced(fround(fine / fround(3 / 32768)));
  if (toOutput.shift > 0) {
    throw new RangeError(
      `invalid scale of \`${output.name}\`: ${scaleOf(output)} (expected at least a 128th of the input's scale)`,
    );
  }
  return lookUp(context, op.inputs[0]!, op.output, (code) => {
    const value = (code - zeroPointOf(input)) * 128;
    const scaled = word16.multiply(value, toOutput.multiplier);
    const gate = (relued(value, toThree) + 32768) >> 1;
    const product = Math.trunc((gate * scaled) / 32768);
    const result = roundingShift(product, -toOutput.shift) + zeroPointOf(output);
    return Math.max(output.smallest, Math.min(output.largest, result));
  });
}

/** value / 3, saturated at −1 and 1, in 16 bits. */
function relued(value: number, { multiplier, shift }: { multiplier: number; shift: number }) {
  if (shift > 0) {
    const shifted = saturate(value * 2 ** (shift - 1), word16);
    return saturate(word16.multiply(shifted, multiplier) * 2, word16);
  }
  return roundingShift(word16.multiply(value, multiplier), -shift);
}
