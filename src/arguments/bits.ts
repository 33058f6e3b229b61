import { checkInteger } from "./integers.js";

/** @internal The words of a message about a number of bits, and the largest number that is allowed. */
export interface BitsOptions {
  /** The name of the argument. Default `"bits"`. */
  name?: string;
  /** The largest number of bits. Default 16, the widest integer format. */
  most?: number;
  /** A call with a valid number of bits, as in `"q.int(8)"`. */
  example?: string;
}

/** @internal Whether a value is a bit width: an integer from 1 to `most`. */
export function isBits(value: unknown, most = 16): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

/** @internal @throws RangeError if the value is not an integer from 1 to `most` */
export function checkBits(
  value: unknown,
  { name = "bits", most = 16, example }: BitsOptions = {},
): void {
  checkInteger(name, value, { from: 1, to: most, example });
}
