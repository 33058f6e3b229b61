import type { tf } from "../../tensorflow/index.js";

/** @internal Whether a tensor has no NaN and no infinite value. */
export function isFiniteTensor(tensor: tf.Tensor): boolean {
  if (tensor.dtype !== "float32") return true;
  const values = tensor.dataSync();
  let sum = 0;
  // The product is 0 for all numbers, and NaN for ±∞ and NaN.
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}

/** @internal Whether all of a model's weights are numbers. */
export function weightsAreFinite(model: tf.LayersModel): boolean {
  return model.weights.every((weight) => isFiniteTensor(weight.read()));
}

/**
 * @internal
 * The range of a tensor's values as a text, as in `-2.5 to 3e+38` or `12 of 640 values NaN, the others 0 to
 * 3.1`.
 */
export function rangeText(tensor: tf.Tensor): string {
  const values = tensor.dataSync();
  let [min, max, nan, infinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  const finite = nan + infinite < values.length;
  const range = finite ? `${short(min)} to ${short(max)}` : "";
  if (nan + infinite === 0) return range;
  const counts = [nan > 0 && `${nan} NaN`, infinite > 0 && `${infinite} infinite`].filter(Boolean);
  const all = finite ? `, the others ${range}` : "";
  return `${counts.join(", ")} of ${values.length} values${all}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
