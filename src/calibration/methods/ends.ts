import { arrayKernels } from "../../tensorflow/index.js";

/** The smallest and the largest value of a list, and how many of its values are 0. */
interface Ends {
  min: number;
  max: number;
  zeros: number;
}

/** The mask of a float32's bits without the sign; numbers whose bits are `infinite` or above aren't finite. */
const magnitude = 0x7fffffff;
const infinite = 0x7f800000;

/**
 * @internal
 * The ends of one or more values, and how many of them are 0.
 *
 * @param start the index of the first value, for the message
 * @throws RangeError if a value is NaN or infinite, which no range covers
 */
export function ends(values: ArrayLike<number>, start = 0): Ends {
  const extremes = values instanceof Float32Array ? endsOfFloats(values) : endsOfNumbers(values);
  if (extremes) return extremes;
  const wrong = Array.from(values).findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `invalid values: ${values[wrong]} at index ${start + wrong} (expected finite numbers; has the training diverged?)`,
  );
}

function endsOfFloats(values: Float32Array): Ends | undefined {
  const kernels = arrayKernels();
  if (!kernels) return endsOfBits(values);
  const found = kernels.ends(values);
  return found && { min: found[0], max: found[1], zeros: found[2] };
}

/**
 * The bits of float32 numbers, those below 0 turned over, are integers in the numbers' order: comparing them
 * and counting zeros takes no branch. On a ReLU's outputs that is six times as fast.
 */
function endsOfBits(values: Float32Array): Ends | undefined {
  const { length } = values;
  const bits = new Int32Array(values.buffer, values.byteOffset, length);
  let lowest = magnitude;
  let highest = ~magnitude;
  let zeros = 0;
  for (let i = 0; i < length; i++) {
    const word = bits[i]!;
    const key = turn(word);
    if (key < lowest) lowest = key;
    if (key > highest) highest = key;
    zeros += ((word & magnitude) - 1) >>> 31;
  }
  if (highest >= infinite || lowest <= turn(infinite | ~magnitude)) return undefined;
  return { min: numberOf(lowest), max: numberOf(highest), zeros };
}

/** From bits to their place in the numbers' order, and back. */
function turn(word: number): number {
  return word ^ ((word >> 31) >>> 1);
}

function numberOf(key: number): number {
  return new Float32Array(Int32Array.of(turn(key)).buffer)[0]! + 0; // + 0: no −0
}

function endsOfNumbers(values: ArrayLike<number>): Ends | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let zeros = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
  }
  return { min, max, zeros };
}
