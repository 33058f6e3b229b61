import { gridTensors as opGridTensors } from "../tensorflow/gridTensors.js";
import { tf } from "../tensorflow/index.js";
import type { IntegerFormat } from "./format.js";
import { nextPowerOfTwo, nextPowersOfTwo } from "./powerOfTwo.js";
import type { RangeTensors } from "./range.js";

const f32 = Math.fround;

/**
 * @internal
 * The range of which the format's grid is made: the given one, or for scales that are powers of two
 * the one whose scale is the next of them.
 */
export function gridRange(
  min: number,
  max: number,
  { powerOfTwo, symmetric, smallest, largest }: IntegerFormat,
): { min: number; max: number } {
  if (!powerOfTwo) return { min, max };
  const scale = nextPowerOfTwo(f32(f32(f32(max) - f32(min)) / (largest - smallest)));
  const code = scale === 0 || symmetric ? 0 : Math.floor(smallest - f32(min) / scale + 0.5);
  const zero = symmetric ? 0 : Math.min(largest, Math.max(smallest, code));
  return { min: (smallest - zero) * scale || 0, max: (largest - zero) * scale || 0 };
}

/** @internal The same of tensors. No gradient passes through. */
export function gridRangeTensors({ min, max }: RangeTensors, format: IntegerFormat): RangeTensors {
  if (!format.powerOfTwo) return { min, max };
  const { smallest, largest, symmetric } = format;
  const scale = nextPowersOfTwo(tf.div(tf.sub(max, min), largest - smallest));
  const safe = tf.where(tf.greater(scale, 0), scale, tf.onesLike(scale));
  const code = tf.floor(tf.add(tf.sub(smallest, tf.div(min, safe)), 0.5));
  const zero = symmetric ? tf.zerosLike(scale) : tf.clipByValue(code, smallest, largest);
  return {
    min: tf.mul(tf.sub(smallest, zero), scale),
    max: tf.mul(tf.sub(largest, zero), scale),
  };
}

/** @internal Scale and zero point of ranges, in the format's own codes. */
export function gridTensors(
  range: RangeTensors,
  format: IntegerFormat,
): { scale: tf.Tensor; zeroPoint: tf.Tensor } {
  const { min, max } = gridRangeTensors(range, format);
  const { scale, zeroPoint, first } = opGridTensors(min, max, format);
  return { scale, zeroPoint: tf.add(zeroPoint, format.smallest - first) };
}

/** @internal FakeQuant's codes start at 0, or 1 in a narrow range, whatever the format's sign. */
export function opCodes({ bits, narrowRange }: IntegerFormat): [number, number] {
  return [narrowRange ? 1 : 0, 2 ** bits - 1];
}
