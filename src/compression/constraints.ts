import { tf } from "../tensorflow/index.js";
import type { Keeper } from "../train/constrained.js";
import { ClusterSums } from "./clusterSums.js";

type Constraint = ReturnType<typeof tf.constraints.nonNeg>;

/** tfjs exports its constraints, but not the class that they are. */
const Base = Object.getPrototypeOf(tf.constraints.nonNeg().constructor) as new () => Constraint;

/**
 * A constraint on a kernel that says what stays as it is while that is trained. It is a part of the layer's
 * configuration, so that copies of the layer and saved models have it; what it keeps is seen in the
 * weights themselves. Values that are written are taken as they are.
 */
export abstract class CompressionConstraint extends Base {
  /** @internal Called before the first step of a training. */
  abstract keeper(variable: tf.Variable): Keeper;

  /** What tfjs calls when a weight is written. */
  override apply(w: tf.Tensor): tf.Tensor {
    const same = w.clone();
    // The variable shares its values; tfjs leaves the tensor itself to nobody.
    queueMicrotask(() => same.dispose());
    return same;
  }
}

/**
 * Weights that are 0 stay 0, so that a pruned kernel stays as sparse as it is: after each step the new values are
 * multiplied by the mask of the old ones. {@link prune} gives it to kernels.
 *
 * @example
 * const kernelConstraint = new q.compression.SparsityConstraint();
 * const layer = q.tf.layers.dense({ units: 4, kernelConstraint });
 * layer.getConfig().kernelConstraint; // { className: "SparsityConstraint", config: {} }
 */
export class SparsityConstraint extends CompressionConstraint {
  static readonly className = "SparsityConstraint";

  /** @internal */
  override keeper(): Keeper {
    return { update: keepZeros };
  }
}

/** Options of {@link ClusterConstraint}. */
export interface ClusterOptions {
  /** Whether weights that are 0 stay 0 as well. Default false. */
  sparse?: boolean;
}

/**
 * Weights that are equal stay equal, so that a clustered kernel keeps its few values: each cluster has one
 * gradient, the sum of its members', as in Han et al. 2016, arXiv:1510.00149, section 3.3, and makes
 * one step. {@link cluster} gives it to kernels.
 *
 * @example
 * const kernelConstraint = new q.compression.ClusterConstraint({ sparse: true });
 * kernelConstraint.getConfig(); // { sparse: true }
 */
export class ClusterConstraint extends CompressionConstraint {
  static readonly className = "ClusterConstraint";
  readonly sparse: boolean;

  constructor({ sparse = false }: ClusterOptions = {}) {
    super();
    this.sparse = sparse;
  }

  override getConfig() {
    return { sparse: this.sparse };
  }

  /** @internal */
  override keeper(variable: tf.Variable): Keeper {
    const { members, firsts } = clustersOf(variable.dataSync());
    const count = firsts.length;
    // Nothing is shared: the kernel isn't clustered.
    if (count === members.length) return this.sparse ? { update: keepZeros } : {};
    const index = tf.keep(tf.tensor1d(members, "int32"));
    const first = tf.keep(tf.tensor1d(firsts, "int32"));
    const sums = new ClusterSums(members, count);
    const spread = (values: tf.Tensor) => tf.gather(values, index).reshape(variable.shape);
    return {
      gradient: (gradient) => spread(sums.of(gradient)),
      update: (updated, before) => {
        // All members made the same step, but for last bits that vector instructions may decide.
        const values = spread(tf.gather(updated.flatten(), first));
        return this.sparse ? keepZeros(values, before) : values;
      },
      dispose() {
        tf.dispose([index, first]);
        sums.dispose();
      },
    };
  }
}

function keepZeros(updated: tf.Tensor, before: tf.Tensor): tf.Tensor {
  return tf.mul(updated, tf.notEqual(before, 0).toFloat());
}

/** For each value the number of its cluster, and for each cluster its first member. */
function clustersOf(values: ArrayLike<number>): { members: Int32Array; firsts: number[] } {
  const clusters = new Map<number, number>();
  const firsts: number[] = [];
  const members = Int32Array.from(values, (value, i) => {
    const known = clusters.get(value);
    if (known !== undefined) return known;
    clusters.set(value, firsts.length);
    return firsts.push(i) - 1;
  });
  return { members, firsts };
}

tf.serialization.registerClass(SparsityConstraint as never);
tf.serialization.registerClass(ClusterConstraint as never);
