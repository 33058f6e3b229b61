import { tf } from "../../tensorflow/index.js";

/** The values that an observer takes: numbers in a list, or a tensor of numbers. */
export type Values = ArrayLike<number> | tf.Tensor;

/** How many values of a tensor are read at a time: a megabyte, which stays in the processor’s cache. */
const portionSize = 1 << 18;

/**
 * @internal
 * Values in portions, each with the index of its first value. The values of a tensor are never copied all at
 * once.
 *
 * @throws TypeError if `values` holds no numbers, or is a tensor that was disposed of
 */
export function* portions(
  values: Values,
): Generator<{ portion: ArrayLike<number>; start: number }, void> {
  if (!(values instanceof tf.Tensor)) {
    checkList(values);
    const size = values instanceof Float32Array ? portionSize : values.length;
    for (let start = 0; start < values.length; start += size) {
      const portion =
        values instanceof Float32Array ? values.subarray(start, start + size) : values;
      yield { portion, start };
    }
    return;
  }
  checkTensor(values);
  if (values.size <= portionSize) {
    if (values.size > 0) yield { portion: values.dataSync(), start: 0 };
    return;
  }
  const flat = values.reshape([values.size]);
  try {
    for (let start = 0; start < values.size; start += portionSize) {
      const part = flat.slice(start, Math.min(portionSize, values.size - start));
      const portion = part.dataSync();
      part.dispose();
      yield { portion, start };
    }
  } finally {
    flat.dispose();
  }
}

function checkList(values: ArrayLike<number>): void {
  if (typeof values === "object" && typeof values?.length === "number") return;
  throw new TypeError(
    "invalid values: not a list (expected numbers, of a tensor as in observe(tensor))",
  );
}

function checkTensor(values: tf.Tensor): void {
  if (values.isDisposed) {
    throw new TypeError(
      `invalid values: a tensor of shape [${values.shape}] that is disposed (observe it before tf.dispose, or before the end of tf.tidy)`,
    );
  }
  if (values.dtype === "float32" || values.dtype === "int32") return;
  throw new TypeError(
    `invalid values: a tensor of ${values.dtype} (expected float32 or int32, as in observe(tensor.toFloat()))`,
  );
}
