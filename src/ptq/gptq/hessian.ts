import type { Layer } from "../../graph/index.js";
import { matricesOf, probeShape, weightAt } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import type { MappedWeight } from "../network/network.js";

/**
 * @internal
 * Σ x·xᵀ over all positions of a batch, where x holds the inputs that one output of a layer is computed from
 * (for a convolution, a patch), in the weight's order. Shape `[groups, k, k]`; a depthwise convolution has a
 * group for each input channel, other layers have one group.
 *
 * @param inputs the values that the weight multiplies
 */
export function outerProducts(layer: Layer, weight: MappedWeight, inputs: tf.Tensor): tf.Tensor3D {
  const [size] = inputs.shape as [number];
  const shape = weightAt(layer, weight.path).shape as number[];
  const { groups, rows } = matricesOf(shape, weight);
  // The number of patches that a value is in, since windows overlap.
  const area = (rows * groups) / shape.at(weight.inputs ?? -2)!;
  const rowsAtOnce = Math.max(1, Math.floor((most * size) / (inputs.size * area)));
  const probe = probeOf(shape, weight);
  let total: tf.Tensor3D | undefined;
  for (let start = 0; start < size; start += rowsAtOnce) {
    const sum = tf.tidy(() => {
      const x = inputs.slice(start, Math.min(rowsAtOnce, size - start));
      const patches = patchesIn(weight.linear(layer, x, probe), groups, rows);
      const products = tf.matMul(patches, patches, true) as tf.Tensor3D;
      return total ? total.add(products) : products;
    }) as tf.Tensor3D;
    total?.dispose();
    total = sum;
  }
  probe.dispose();
  return total!;
}

/** The most values in the patches that are held at a time: 64 MB. */
const most = 2 ** 24;

/** A weight with a single 1 for each output, so that the outputs of the linear map are the inputs of a patch. */
function probeOf(shape: readonly number[], weight: MappedWeight): tf.Tensor {
  const wide = probeShape(shape, weight);
  const { groups, rows, order } = matricesOf(wide, weight);
  const values = new Float32Array(order.length);
  for (let group = 0; group < groups; group++) {
    for (let row = 0; row < rows; row++) values[order[(group * rows + row) * rows + row]!] = 1;
  }
  return tf.tensor(values, wide);
}

/** The patches, of shape `[groups, positions, k]`. */
function patchesIn(outputs: tf.Tensor, groups: number, rows: number): tf.Tensor3D {
  if (groups === 1) return outputs.reshape([1, -1, rows]);
  return outputs.reshape([-1, groups, rows]).transpose([1, 0, 2]);
}
