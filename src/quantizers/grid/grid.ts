import { fakeQuantGrids, tf } from "../../tensorflow/index.js";
import type { IntegerFormat } from "../formats/integer.js";
import { nextPowerOfTwo, nextPowersOfTwo } from "./powerOfTwo.js";
import type { RangeTensors } from "./range.js";

const f32 = Math.fround;

/**
 * @internal
 * The range that the format's grid spans: `min` to `max` itself, or, if scales are powers of two, the range whose
 * scale is the next power of two.
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

/** @internal The range of {@link gridRange}, in tensors. No gradient passes through. */
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

/** @internal Scale and zero point, in the format's own codes, of ranges that {@link gridRangeTensors} made. */
export function scalesAndZeroPoints(
  { min, max }: RangeTensors,
  format: IntegerFormat,
): { scale: tf.Tensor; zeroPoint: tf.Tensor } {
  const { scale, zeroPoint, first } = fakeQuantGrids(min, max, format);
  return { scale, zeroPoint: tf.add(zeroPoint, format.smallest - first) };
}

/** @internal FakeQuant's codes start at 0, or 1 in a narrow range, whatever the format's sign. */
export function opCodes({ bits, narrowRange }: IntegerFormat): [number, number] {
  return [narrowRange ? 1 : 0, 2 ** bits - 1];
}
