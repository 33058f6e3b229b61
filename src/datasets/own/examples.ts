import { tf } from "../../tensorflow/index.js";

/**
 * @internal
 * Examples as a float32 tensor `[size, …]`, which the caller disposes.
 *
 * @param shape the shape of one example; default: the shape of the nested arrays, or one axis for a typed
 *   array
 * @throws RangeError if the values don't fill the shape or aren't finite numbers; the message names the
 *   example
 */
export function toExamples(xs: unknown, size: number, shape?: readonly number[]): tf.Tensor {
  const tensor = tf.tidy(() => withShape(flat(xs, size), size, shape));
  const values = tensor.dataSync();
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return tensor;
  const example = Math.floor(wrong / (values.length / size));
  tensor.dispose();
  throw new RangeError(
    `invalid examples: ${values[wrong]} in example ${example} (expected finite numbers)`,
  );
}

function flat(xs: unknown, size: number): tf.Tensor {
  if (xs instanceof tf.Tensor) {
    if (xs.isDisposed) throw new Error("invalid examples: the tensor is disposed (make it again)");
    return xs.dtype === "float32" ? xs.clone() : xs.toFloat();
  }
  if (ArrayBuffer.isView(xs) && !(xs instanceof DataView)) {
    const values = Float32Array.from(xs as unknown as ArrayLike<number>);
    checkDivides(values.length, size);
    return tf.tensor2d(values, [size, values.length / size]);
  }
  if (!Array.isArray(xs)) {
    throw new TypeError(
      `invalid examples: ${String(xs)} (expected arrays, a typed array, a tensor, a DataFrame or the path of a CSV file)`,
    );
  }
  const lengths = lengthsOf(xs[0]);
  const other = xs.findIndex((example) => !hasLengths(example, lengths));
  if (other >= 0) {
    throw new RangeError(
      `invalid examples: example ${other} differs in shape from example 0 (expected [${lengths.join(", ")}])`,
    );
  }
  return tf.tensor(xs as tf.TensorLike, [xs.length, ...lengths], "float32");
}

/** The lengths of nested arrays, taken from the first element at each level; a number has none. */
function lengthsOf(example: unknown): number[] {
  if (!Array.isArray(example) && !ArrayBuffer.isView(example)) return [];
  const { length, 0: first } = example as unknown as ArrayLike<unknown>;
  return [length, ...lengthsOf(first)];
}

function hasLengths(example: unknown, [length, ...inner]: number[]): boolean {
  const nested = Array.isArray(example) || ArrayBuffer.isView(example);
  if (length === undefined) return !nested;
  const parts = example as ArrayLike<unknown>;
  if (!nested || parts.length !== length) return false;
  return !Array.isArray(example) || example.every((part) => hasLengths(part, inner));
}

function withShape(tensor: tf.Tensor, size: number, shape?: readonly number[]): tf.Tensor {
  if (tensor.rank === 0 || (!shape && tensor.shape[0] !== size)) {
    throw new RangeError(
      `invalid examples: ${tensor.shape[0] ?? 1} with ${size} labels (expected one label for each example)`,
    );
  }
  if (!shape) return tensor.rank === 1 ? tensor.expandDims(1) : tensor;
  const exampleSize = shape.reduce((product, length) => product * length, 1);
  if (tensor.size !== size * exampleSize || shape.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new RangeError(
      `invalid shape: [${shape.join(", ")}] for ${tensor.size} numbers in ${size} examples (expected lengths whose product is ${tensor.size / size})`,
    );
  }
  return tensor.reshape([size, ...shape]);
}

function checkDivides(length: number, size: number): void {
  if (length > 0 && length % size === 0) return;
  throw new RangeError(
    `invalid examples: ${length} numbers with ${size} labels (expected as many for each example)`,
  );
}
