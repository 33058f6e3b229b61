import { tf } from "../tensorflow/index.js";

/** The number of members in a row. TensorFlow adds segments row by row, in 0.1 µs a row, however long a row is. */
const rowLength = 256;

/**
 * @internal
 * The sums over clusters of a tensor's values. Members are gathered in rows, each of one cluster, whose sums
 * are then added: on a million values this is ten times as fast as adding members one by one.
 */
export class ClusterSums {
  /**
   * The index of the value at each place, shape `[rows, rowLength]`; an index past the last value stands for
   * the 0 that fills rows up.
   */
  readonly #places: tf.Tensor;
  /** The cluster of each row, shape `[rows]`. */
  readonly #clusters: tf.Tensor1D;
  readonly #count: number;

  /** @param members the cluster of each value, below `count` */
  constructor(members: Int32Array, count: number) {
    const lists = Array.from({ length: count }, (): number[] => []);
    members.forEach((cluster, i) => {
      lists[cluster]!.push(i);
    });
    const clusters = lists.flatMap((list, cluster) =>
      Array.from({ length: Math.ceil(list.length / rowLength) }, () => cluster),
    );
    const places = new Int32Array(clusters.length * rowLength).fill(members.length);
    let start = 0;
    for (const list of lists) {
      places.set(list, start);
      start += Math.ceil(list.length / rowLength) * rowLength;
    }
    this.#places = tf.keep(tf.tensor2d(places, [clusters.length, rowLength], "int32"));
    this.#clusters = tf.keep(tf.tensor1d(clusters, "int32"));
    this.#count = count;
  }

  /** @returns the sum of each cluster, shape `[count]` */
  of(values: tf.Tensor): tf.Tensor {
    const filled = tf.concat([values.flatten(), tf.zeros([1])]);
    const rows = tf.gather(filled, this.#places).sum(1) as tf.Tensor1D;
    return tf.unsortedSegmentSum(rows, this.#clusters, this.#count);
  }

  dispose(): void {
    tf.dispose([this.#places, this.#clusters]);
  }
}
