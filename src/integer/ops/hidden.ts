import { clampOf, fixedPoint, multiplyTwice } from "../arithmetic/index.js";
import type { IntegerTensor } from "../program/index.js";
import { zeroPointOf } from "./context.js";

/** From a number to the hidden state's code: times a factor, rounded twice, plus the zero point, clamped. */
export function hiddenOf(factor: number, output: IntegerTensor): (number: number) => number {
  const { multiplier, shift } = fixedPoint(factor);
  const { smallest, largest } = clampOf("none", output);
  const zeroPoint = zeroPointOf(output);
  return (number) => {
    const code = multiplyTwice(number, multiplier, shift) + zeroPoint;
    return Math.max(smallest, Math.min(largest, code));
  };
}
