import { withNativeOps } from "../../../../src/tensorflow/compile/native/index.js";
import { withOptimizers } from "../../../../src/tensorflow/compile/optimizers.js";
import { Recorder } from "../../../../src/tensorflow/compile/recorder.js";
import type { Trace } from "../../../../src/tensorflow/compile/values.js";
import { tf } from "../../../../src/tensorflow/tf.js";

/** The trace of a function in which native ops take the place of composed ones. */
export function traceOf(run: () => tf.Tensor, args: tf.Tensor[] = []): Trace {
  const recorder = new Recorder();
  const native = () => withOptimizers(recorder, { native: true }, () => tf.tidy(run));
  return recorder.record(args, () => [withNativeOps(native)]);
}

/** The names of the ops that a function runs. */
export function opsOf(run: () => tf.Tensor, args: tf.Tensor[] = []): string[] {
  return traceOf(run, args).operations.map(({ name }) => name);
}

/** The largest difference of two tensors, by the largest value of the first. */
export function difference(expected: tf.Tensor, actual: tf.Tensor): number {
  const [a, b] = [expected.dataSync(), actual.dataSync()];
  if (a.length !== b.length) throw new Error(`${a.length} values and ${b.length}`);
  let [largest, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
    size = Math.max(size, Math.abs(a[i]!));
  }
  return largest / (size || 1);
}
