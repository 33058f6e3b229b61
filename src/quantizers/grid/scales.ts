import { tf } from "../../tensorflow/index.js";
import type { ScaleTensors } from "../codecs/codec.js";
import type { Format } from "../format.js";
import { isFormat } from "../formats/integer.js";
import { checkRange, list, type RangeTensors, type ValueRange } from "./range.js";

/** Scales, and zero points if the format has them: one number each, or one for each channel or group. */
export interface Scales {
  scale: number | ArrayLike<number>;
  /** The code of the value 0. Default 0. */
  zeroPoint?: number | ArrayLike<number>;
}

/**
 * @internal
 * A range or scales as tensors. Tensors are taken as they are, since a check of their values would wait for
 * them in each step. Where the format shares one scale, a list of one number counts as a number, since
 * `layer.ranges()` and `q.affine` return such lists.
 */
export function rangeTensors(
  range: ValueRange | RangeTensors | Scales,
  format: Format,
): RangeTensors | ScaleTensors {
  if ("scale" in (range ?? {})) return scaleTensors(range as Scales, format);
  const ends = range as ValueRange | RangeTensors;
  if (ends?.min instanceof tf.Tensor && ends.max instanceof tf.Tensor) {
    return { min: scalarOf(ends.min, format), max: scalarOf(ends.max, format) };
  }
  checkRange(ends as ValueRange);
  const { min, max } = ends as ValueRange;
  return { min: tensorOf(min, format), max: tensorOf(max, format) };
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
    scale: tensorOf(scale, format),
    zeroPoint: tensorOf(typeof scale === "number" ? zeros[0]! : zeros, format),
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

function tensorOf(values: number | ArrayLike<number>, format: Format): tf.Tensor {
  const isNumber = typeof values === "number";
  return isNumber ? tf.scalar(values) : scalarOf(tf.tensor1d(Float32Array.from(values)), format);
}

/** A tensor of one entry as a scalar, where the format shares one scale. */
function scalarOf(values: tf.Tensor, { per }: Format): tf.Tensor {
  const isShared = per === undefined || per === "tensor";
  return isShared && values.rank > 0 && values.size === 1 ? tf.reshape(values, []) : values;
}
