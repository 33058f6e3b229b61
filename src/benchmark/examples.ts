import { complaint } from "../arguments/index.js";
import { Dataset } from "../datasets/index.js";
import { tf } from "../tensorflow/index.js";

/** Examples with their classes. */
export interface LabelledData {
  /** The examples `[n, …]`. */
  xs: tf.Tensor;
  /** A class for each example, `[n]`, or its classes one-hot, `[n, classes]`. */
  ys: tf.Tensor;
}

/** @internal Examples in plain numbers. */
export interface Examples {
  values: Float32Array;
  labels: Int32Array;
  count: number;
  /** The shape of an example. */
  shape: number[];
}

/** @internal @throws TypeError if the data aren't examples with a class each */
export function examplesOf(data: Dataset | LabelledData): Examples {
  const { xs, ys } = (data ?? {}) as LabelledData;
  const areTensors = xs instanceof tf.Tensor && ys instanceof tf.Tensor;
  const hasNoClasses = data instanceof Dataset && data.classes === 0;
  if (
    hasNoClasses ||
    !areTensors ||
    xs.shape[0] !== ys.shape[0] ||
    xs.rank < 2 ||
    xs.shape[0] === 0
  ) {
    const expected = "a data set with classes, or tensors xs [n, …] and ys [n]";
    const example = 'q.benchmark(["digits.onnx"], test)';
    throw new TypeError(complaint({ name: "data", value: data, expected, example }));
  }
  const labels = tf.tidy(
    () =>
      (ys.rank === 2 && ys.shape[1]! > 1 ? tf.argMax(ys, -1) : ys).toInt().dataSync() as Int32Array,
  );
  const [count, ...shape] = xs.shape as [number, ...number[]];
  return { values: Float32Array.from(xs.dataSync()), labels, count, shape };
}

/** @internal The values of some examples from an index on; behind the last one they begin anew. */
export function batchAt({ values, count }: Examples, start: number, batch: number): Float32Array {
  const size = values.length / count;
  const result = new Float32Array(batch * size);
  for (let i = 0; i < batch; i++) {
    const from = ((start + i) % count) * size;
    result.set(values.subarray(from, from + size), i * size);
  }
  return result;
}
