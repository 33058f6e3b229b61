import { tf } from "../tensorflow/index.js";
import type { ScaleTensors } from "./codec.js";
import { isFormat } from "./format.js";
import type { Format } from "./formats.js";
import { checkRange, list, type Range, type RangeTensors } from "./range.js";

/** Scales, and zero points where there are any: one number each, or one for each channel or group. */
export interface Scales {
  scale: number | ArrayLike<number>;
  /** A code of the format. Default 0. */
  zeroPoint?: number | ArrayLike<number>;
}

/**
 * @internal
 * A range or scales as tensors. Tensors are taken as they are: to check their values would be to
 * wait for them in each step.
 */
export function rangeTensors(
  range: Range | RangeTensors | Scales,
  format: Format,
): RangeTensors | ScaleTensors {
  if ("scale" in (range ?? {})) return scaleTensors(range as Scales, format);
  const given = range as Range | RangeTensors;
  if (given?.min instanceof tf.Tensor && given.max instanceof tf.Tensor) {
    return given as RangeTensors;
  }
  checkRange(given as Range);
  const { min, max } = given as Range;
  return { min: tensorOf(min), max: tensorOf(max) };
}

function scaleTensors({ scale, zeroPoint }: Scales, format: Format): ScaleTensors {
  const scales = list(scale);
  const zeros = list(zeroPoint ?? Array.from(scales ?? [], () => 0));
  if (!scales || !zeros || scales.length !== zeros.length) {
    throw new TypeError(
      `invalid range: ${scales?.length ?? "no"} scales and ${zeros?.length ?? "no"} zero points (expected numbers or as many of each, as in { scale: 0.1, zeroPoint: 0 })`,
    );
  }
  if (isFormat(format) && format.rounding === "halfUp") {
    throw new TypeError(
      `invalid range: a scale for ${format} (TensorFlow's ops take a min and max, which don't keep every scale; expected { min, max }, or a format as q.${format.kind}(${format.bits}, { rounding: "halfEven" }))`,
    );
  }
  const wrong = Array.from(scales).find((s) => !(s > 0 && s < Number.POSITIVE_INFINITY));
  if (wrong !== undefined) {
    throw new RangeError(`invalid scale: ${wrong} (expected a finite number above 0)`);
  }
  checkZeroPoints(zeros, format);
  return {
    scale: tensorOf(scale),
    zeroPoint: tensorOf(typeof scale === "number" ? zeros[0]! : zeros),
  };
}

function checkZeroPoints(zeros: ArrayLike<number>, format: Format): void {
  const [smallest, largest] = isFormat(format) ? [format.smallest, format.largest] : [0, 0];
  const wrong = Array.from(zeros).find(
    (zero) => !Number.isInteger(zero) || zero < smallest || zero > largest,
  );
  if (wrong === undefined) return;
  throw new RangeError(
    `invalid zeroPoint: ${wrong} for ${format} (expected ${isFormat(format) ? `one of its codes, ${smallest} to ${largest}` : "none"})`,
  );
}

function tensorOf(values: number | ArrayLike<number>): tf.Tensor {
  return typeof values === "number" ? tf.scalar(values) : tf.tensor1d(Float32Array.from(values));
}
