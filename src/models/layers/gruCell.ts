import type { serialization } from "@tensorflow/tfjs";
import { random, tf } from "../../tensorflow/index.js";
import { classOf } from "./classOf.js";

/** A function that TensorFlow.js makes of the name of an activation. */
interface Activation {
  apply(x: tf.Tensor): tf.Tensor;
}

/** The fields of TensorFlow.js's cell. */
interface Cell {
  units: number;
  kernel: tf.LayerVariable;
  recurrentKernel: tf.LayerVariable;
  bias: tf.LayerVariable | null;
  biasInitializer: unknown;
  biasRegularizer: unknown;
  biasConstraint: unknown;
  activation: Activation;
  recurrentActivation: Activation;
  dropout: number;
  recurrentDropout: number;
  dropoutMask: tf.Tensor | tf.Tensor[] | null;
  recurrentDropoutMask: tf.Tensor | tf.Tensor[] | null;
}

/**
 * A step of a gated recurrent unit, in either form; see {@link GRU}. The gates stand in the order z, r, h along the last axis of the
 * kernels.
 */
export class GRUCell extends classOf("GRUCell") {
  static readonly className = "GRUCell";
  /** Initializers that TensorFlow.js writes as another class, of which they are a case, and the masks of dropout. */
  static readonly records = [
    ...["kernelInitializer", "recurrentInitializer", "biasInitializer"],
    ...["dropoutMask", "recurrentDropoutMask"],
  ];
  readonly resetAfter: boolean;

  constructor({ resetAfter = false, ...options }: Record<string, unknown>) {
    super(options);
    this.resetAfter = Boolean(resetAfter);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const cell = this as unknown as Cell & { useBias: boolean };
    const withBias = cell.useBias;
    // The biases of the input and of the state stand below each other.
    cell.useBias = withBias && !this.resetAfter;
    super.build(inputShape);
    cell.useBias = withBias;
    if (!withBias || !this.resetAfter) return;
    cell.bias = this.addWeight(
      "bias",
      [2, 3 * cell.units],
      "float32",
      cell.biasInitializer as never,
      cell.biasRegularizer as never,
      true,
      cell.biasConstraint as never,
    );
  }

  override call(inputs: tf.Tensor[], options: { training?: boolean }): tf.Tensor[] {
    if (!this.resetAfter) return super.call(inputs, options) as tf.Tensor[];
    return tf.tidy(() => {
      const cell = this as unknown as Cell;
      const [x, state] = inputs as [tf.Tensor2D, tf.Tensor2D];
      const [bias, stateBias] = cell.bias ? tf.unstack(cell.bias.read()) : [];
      const product = (y: tf.Tensor, kernel: tf.LayerVariable, added?: tf.Tensor) => {
        const z = tf.matMul(y as tf.Tensor2D, kernel.read() as tf.Tensor2D);
        return tf.split(added ? tf.add(z, added) : z, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
      };
      const { training = false } = options;
      const dropped = drop(x, cell.dropout, { cell, mask: "dropoutMask", training });
      const before = drop(state, cell.recurrentDropout, {
        cell,
        mask: "recurrentDropoutMask",
        training,
      });
      const [xz, xr, xh] = product(dropped, cell.kernel, bias);
      const [hz, hr, hh] = product(before, cell.recurrentKernel, stateBias);
      const z = cell.recurrentActivation.apply(tf.add(xz, hz));
      const r = cell.recurrentActivation.apply(tf.add(xr, hr));
      const candidate = cell.activation.apply(tf.add(xh, tf.mul(r, hh)));
      const h = tf.add(tf.mul(z, before), tf.mul(tf.sub(1, z), candidate));
      return [h, h];
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), resetAfter: this.resetAfter };
  }
}

/** Drops the same values in all steps of a sequence; the layer frees the mask before the next sequence. */
function drop(
  x: tf.Tensor,
  rate: number,
  {
    cell,
    mask,
    training,
  }: { cell: Cell; mask: "dropoutMask" | "recurrentDropoutMask"; training: boolean },
): tf.Tensor {
  if (!training || rate <= 0 || rate >= 1) return x;
  // It is drawn as a compiled step can draw it, too.
  cell[mask] ??= tf.keep(tf.div(random.bernoulli(x.shape, 1 - rate), 1 - rate));
  return tf.mul(x, cell[mask] as tf.Tensor);
}

tf.serialization.registerClass(GRUCell as never);
