import { gridTensors } from "../quantizers/grid.js";
import type { IntegerFormat, RangeTensors } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { inRows } from "./shared.js";

/** @internal Values held between the smallest and the largest of a range's grid. */
export function clip(x: tf.Tensor, range: RangeTensors, format: IntegerFormat): tf.Tensor {
  const { scale, zeroPoint } = gridTensors(range, format);
  const low = tf.mul(tf.sub(format.smallest, zeroPoint), scale);
  const high = tf.mul(tf.sub(format.largest, zeroPoint), scale);
  return inRows([x], scale, format, (rows) => tf.maximum(tf.minimum(rows!, high), low));
}
