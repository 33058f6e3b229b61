import { checkOptions } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import type { Keeper } from "../train/index.js";
import { ClusterSums } from "./clusterSums.js";

type Constraint = ReturnType<typeof tf.constraints.nonNeg>;

/** The class of tfjs's constraints, which tfjs doesn't export. */
const Base = Object.getPrototypeOf(tf.constraints.nonNeg().constructor) as new () => Constraint;

/**
 * A constraint that keeps some values of a kernel as they are while the kernel is trained. The constraint is a
 * part of the layer's configuration, so that copies of the layer and saved models have it. The values that it
 * keeps are found from the weights themselves. Values that are written into the weights are taken as they are.
 */
export abstract class CompressionConstraint extends Base {
  /** @internal Called before the first step of a training. */
  abstract keeper(variable: tf.Variable): Keeper;

  /** The method that tfjs calls when a weight is written; it returns the values unchanged. */
  override apply(w: tf.Tensor): tf.Tensor {
    const same = w.clone();
    // The variable shares the tensor's values, and tfjs doesn't dispose the tensor.
    queueMicrotask(() => same.dispose());
    return same;
  }
}

/**
 * Weights that are 0 stay 0, so that a pruned kernel stays as sparse as it is: after each step the new values
 * are multiplied by the mask of the old values. {@link prune} puts this constraint on kernels.
 *
 * @example
 * const kernelConstraint = q.compression.sparsityConstraint();
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

/**
 * Makes a new {@link SparsityConstraint}, for the kernel of a layer.
 *
 * @example
 * q.compression.sparsityConstraint().getClassName(); // "SparsityConstraint"
 */
export function sparsityConstraint(): SparsityConstraint {
  return new SparsityConstraint();
}

/** Options of {@link ClusterConstraint}. */
export interface ClusterConstraintOptions {
  /** Whether weights that are 0 stay 0 as well. Default false. */
  sparse?: boolean;
}

/**
 * Weights that are equal stay equal, so that a clustered kernel keeps its few values: each cluster has a single
 * gradient, the sum of its members' gradients, and makes a single step, as in Han et al. 2016,
 * arXiv:1510.00149, section 3.3. {@link cluster} puts this constraint on kernels.
 *
 * @example
 * const kernelConstraint = q.compression.clusterConstraint({ sparse: true });
 * kernelConstraint.getConfig(); // { sparse: true }
 */
export class ClusterConstraint extends CompressionConstraint {
  static readonly className = "ClusterConstraint";
  readonly sparse: boolean;

  /** @throws TypeError if the constraint doesn't have an option */
  constructor(options: ClusterConstraintOptions = {}) {
    checkOptions<ClusterConstraintOptions>("q.compression.clusterConstraint", options, {
      sparse: true,
    });
    super();
    this.sparse = options.sparse ?? false;
  }

  override getConfig() {
    return { sparse: this.sparse };
  }

  /** @internal tfjs adds `customObjects` to a constraint's configuration. */
  static fromConfig(
    type: new (options: ClusterConstraintOptions) => ClusterConstraint,
    { customObjects: _, ...options }: ClusterConstraintOptions & { customObjects?: unknown },
  ): ClusterConstraint {
    return new type(options);
  }

  /** @internal */
  override keeper(variable: tf.Variable): Keeper {
    const { members, firsts } = clustersOf(variable.dataSync());
    const count = firsts.length;
    // No two weights share a value, so the kernel isn't clustered.
    if (count === members.length) return this.sparse ? { update: keepZeros } : {};
    const index = tf.keep(tf.tensor1d(members, "int32"));
    const first = tf.keep(tf.tensor1d(firsts, "int32"));
    const sums = new ClusterSums(members, count);
    const spread = (values: tf.Tensor) => tf.gather(values, index).reshape(variable.shape);
    return {
      gradient: (gradient) => spread(sums.of(gradient)),
      update: (updated, before) => {
        // All members made the same step, up to last bits, which may differ by vector instructions.
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

/** The number of each value's cluster, and the first member of each cluster. */
function clustersOf(values: ArrayLike<number>): { members: Int32Array; firsts: number[] } {
  const clusters = new Map<number, number>();
  const firsts: number[] = [];
  const members = Int32Array.from(values, (value, i) => {
    const cluster = clusters.get(value);
    if (cluster !== undefined) return cluster;
    clusters.set(value, firsts.length);
    return firsts.push(i) - 1;
  });
  return { members, firsts };
}

tf.serialization.registerClass(SparsityConstraint as never);
tf.serialization.registerClass(ClusterConstraint as never);

/**
 * Makes a new {@link ClusterConstraint}, for the kernel of a layer.
 *
 * @example
 * q.compression.clusterConstraint().getConfig(); // { sparse: false }
 */
export function clusterConstraint(options: ClusterConstraintOptions = {}): ClusterConstraint {
  return new ClusterConstraint(options);
}
