import { checkNumber, checkOptions } from "../arguments/index.js";
import type { MethodOptions } from "../calibration/index.js";

/**
 * Whether ranges follow the values in training by a moving average, and with which momentum: a number from 0, below 1.
 * The default momentum is 0.99, as that of the calibration method `"movingAverage"`.
 */
export type MovingAverageOption = boolean | MethodOptions["movingAverage"];

/**
 * @internal
 * The moving average's momentum; `undefined` where ranges stay as they are.
 *
 * @throws TypeError if the option is neither a boolean nor an object; RangeError if the momentum isn't in [0, 1)
 */
export function momentumOf(option: MovingAverageOption | undefined): number | undefined {
  if (option === undefined || option === false) return undefined;
  if (option !== true && (typeof option !== "object" || option === null)) {
    throw new TypeError(
      `invalid movingAverage: ${String(option)} (expected true, or { momentum }, as in { movingAverage: { momentum: 0.99 } })`,
    );
  }
  const options = option === true ? {} : option;
  checkOptions<{ momentum?: number }>("movingAverage", options, { momentum: true });
  const { momentum = 0.99 } = options;
  const example = "{ movingAverage: { momentum: 0.99 } }";
  checkNumber("momentum", momentum, { from: 0, below: 1, example });
  return momentum;
}
