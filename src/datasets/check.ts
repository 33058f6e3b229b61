import { tf } from "../tensorflow/index.js";

/**
 * @internal @throws TypeError if the examples are not a float32 tensor with at least one value, or the
 * labels are not a tensor
 */
export function checkTensors(xs: unknown, ys: unknown): void {
  if (xs instanceof tf.Tensor && ys instanceof tf.Tensor && xs.rank > 0) {
    if (xs.dtype === "float32" && xs.size > 0) return;
    throw new TypeError(
      `invalid examples: ${xs.dtype} of shape [${xs.shape.join(", ")}] (expected float32, at least one example)`,
    );
  }
  throw new TypeError(
    'invalid examples or labels: not tensors (expected tensors, as in new Dataset(tf.tensor2d(rows), tf.tensor1d(labels, "int32"), options))',
  );
}

/**
 * @internal @throws TypeError if the targets are not float32 of rank 1, RangeError if a target is not
 * finite
 */
export function checkNumbers(ys: tf.Tensor1D): void {
  if (ys.dtype !== "float32" || ys.rank !== 1) {
    throw new TypeError(
      `invalid targets: ${ys.dtype} of rank ${ys.rank} (expected a number for each example, as in tf.tensor1d(numbers); several outputs are trained by q.fit(model, { xs, ys }, options))`,
    );
  }
  const wrong = ys.dataSync().findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new RangeError(
    `invalid target: ${ys.dataSync()[wrong]} for example ${wrong} (expected a finite number)`,
  );
}

/**
 * @internal @throws TypeError if the labels are not int32 of rank 1, RangeError if a label is not from 0 to
 * classes − 1
 */
export function checkLabels(ys: tf.Tensor1D, classes: number): void {
  if (ys.dtype !== "int32" || ys.rank !== 1) {
    throw new TypeError(
      `invalid labels: ${ys.dtype} of rank ${ys.rank} (expected class numbers, as in tf.tensor1d(labels, "int32"))`,
    );
  }
  const wrong = ys.dataSync().find((label) => label < 0 || label >= classes);
  if (wrong === undefined) return;
  throw new RangeError(
    `invalid label: ${wrong} (expected class numbers from 0 to ${classes - 1}, since classes is ${classes})`,
  );
}
