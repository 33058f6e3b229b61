import { permutation } from "../../datasets/index.js";
import { tf } from "../../tensorflow/index.js";
import type { Examples, TensorBatch } from "./data.js";

/**
 * @internal
 * The examples in batches, whose tensors the caller disposes; the last batch may be smaller.
 *
 * @param options `seed`: shuffle first, in the order that it decides (default: as they stand); `from`,
 *   how many of the batches to leave out (default none)
 */
export function* batches(
  { inputs, targets, size }: Examples,
  batchSize: number,
  { seed, from = 0 }: { seed?: string; from?: number } = {},
): Generator<TensorBatch> {
  const order = seed === undefined ? undefined : permutation(size, seed);
  for (let start = from * batchSize; start < size; start += batchSize) {
    const count = Math.min(batchSize, size - start);
    yield tf.tidy(() => {
      const rows = order && tf.tensor1d(order.subarray(start, start + count), "int32");
      const take = (tensor: tf.Tensor) =>
        rows ? tf.gather(tensor, rows) : tensor.slice(start, count);
      return { inputs: inputs.map(take), targets: targets.map(take) };
    });
  }
}
