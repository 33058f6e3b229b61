import type { Layer } from "../../graph/index.js";
import { exchanged, nonlinearityOf, ruleOf, weightAt } from "../../layers/index.js";
import { freeTape, tf } from "../../tensorflow/index.js";
import { withLogits } from "../../train/index.js";
import { registerSecondDerivatives } from "./secondDerivatives.js";

/** The method that found a product with the Hessian. */
export type HessianMethod = "double backward" | "central differences";

/** A weight of a model: the layer, and the property that keeps it. */
export interface WeightPlace {
  layer: Layer;
  path: string;
}

/** A tensor for each input of a model; a single one stands alone. */
type Inputs = tf.Tensor | tf.Tensor[];

/** @internal The mean cross-entropy of a model as a function of its kernels, with its derivatives. */
export class KernelLoss {
  readonly #model: tf.LayersModel;
  readonly #weights: readonly WeightPlace[];
  readonly #classes: number;
  /**
   * Double backward, if all layers can be differentiated twice, and until an op without a second derivative is
   * met.
   */
  method: HessianMethod;

  constructor(model: tf.LayersModel, weights: readonly WeightPlace[], classes: number) {
    registerSecondDerivatives();
    this.#model = model;
    this.#weights = weights;
    this.#classes = classes;
    const twice = withLogits(model, () => model.layers.every(isTwiceDifferentiable));
    this.method = twice ? "double backward" : "central differences";
  }

  /** The kernels themselves; the caller must not dispose them. */
  kernels(): tf.Tensor[] {
    return this.#weights.map(({ layer, path }) => weightAt(layer, path).read());
  }

  /** The loss, a scalar that can be differentiated twice, unlike the losses of `tf.losses`. */
  loss(kernels: tf.Tensor[], xs: Inputs, ys: tf.Tensor): tf.Scalar {
    const logits = this.#apply(kernels, xs);
    const target = tf.oneHot(ys as tf.Tensor1D, this.#classes).toFloat();
    const each = tf.mul(target, logSoftmax(logits)).sum(-1);
    return tf.neg(each.mean());
  }

  gradients(kernels: tf.Tensor[], xs: Inputs, ys: tf.Tensor): tf.Tensor[] {
    return tf.grads((...weights: tf.Tensor[]) => this.loss(weights, xs, ys))(kernels);
  }

  /** The Hessian times a vector, in the kernels' shapes. */
  product(vector: tf.Tensor[], xs: Inputs, ys: tf.Tensor): tf.Tensor[] {
    if (this.method === "double backward") {
      try {
        return tf.tidy(() => this.#doubleBackward(vector, xs, ys));
      } catch (error) {
        freeTape();
        if (!String(error).includes("gradient function not found")) throw error;
        this.method = "central differences";
      }
    }
    return tf.tidy(() => this.#centralDifferences(vector, xs, ys));
  }

  /** The gradient of the gradient's product with the vector. Pearlmutter 1994, Neural Computation 6, 147. */
  #doubleBackward(vector: tf.Tensor[], xs: Inputs, ys: tf.Tensor): tf.Tensor[] {
    const along = (...weights: tf.Tensor[]) => {
      const gradients = this.gradients(weights, xs, ys);
      const products = gradients.map((gradient, i) => tf.mul(gradient, vector[i]!).sum());
      return tf.addN(products) as tf.Scalar;
    };
    return tf.grads(along)(this.kernels());
  }

  /**
   * Computes (∇L(w + εv) − ∇L(w − εv)) / 2ε. With this step, the cube root of float32's precision relative to
   * the kernels' size, the errors of rounding and of the neglected third derivative are about equal.
   */
  #centralDifferences(vector: tf.Tensor[], xs: Inputs, ys: tf.Tensor): tf.Tensor[] {
    const kernels = this.kernels();
    const size = norm(kernels) / norm(vector) || 1;
    const step = Math.cbrt(2 ** -23) * size;
    const gradientsAt = (distance: number) =>
      this.gradients(
        kernels.map((kernel, i) => tf.add(kernel, tf.mul(vector[i]!, distance))),
        xs,
        ys,
      );
    const [after, before] = [gradientsAt(step), gradientsAt(-step)];
    return after.map((gradient, i) => tf.div(tf.sub(gradient, before[i]!), 2 * step));
  }

  /** The model's outputs with the kernels in place of its own. */
  #apply(kernels: tf.Tensor[], xs: Inputs): tf.Tensor {
    const run = this.#weights.reduce(
      (inside, { layer, path }, i) =>
        () =>
          exchanged(layer, { weights: new Map([[path, kernels[i]!]]), values: new Map() }, inside),
      () => withLogits(this.#model, () => this.#model.apply(xs, { training: false })) as tf.Tensor,
    );
    return run();
  }
}

const piecewiseLinear = ["linear", "relu", "relu6", "leakyRelu"];

/**
 * Whether a layer can be differentiated twice in tfjs. In a gradient that is computed from the op's output,
 * tfjs treats the output as a constant, so that a part of the second derivative is lost: tanh, sigmoid and the
 * like give wrong results without an error. Layers whose rule has `twiceDifferentiable` have gradients that are
 * computed from inputs. For the other layers, which are smooth, central differences are exact enough.
 */
function isTwiceDifferentiable(layer: Layer): boolean {
  const { twiceDifferentiable = false } = ruleOf(layer);
  return twiceDifferentiable && piecewiseLinear.includes(nonlinearityOf(layer));
}

/** The logarithm of softmax, with a gradient that is computed from the input. */
const logSoftmax = tf.customGrad((logits, save) => {
  (save as unknown as (tensors: tf.Tensor[]) => void)([logits as tf.Tensor]);
  const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
    tf.sub(dy, tf.mul(dy.sum(-1, true), tf.softmax(saved!)));
  return { value: tf.logSoftmax(logits as tf.Tensor), gradFunc };
});

function norm(tensors: tf.Tensor[]): number {
  return Math.hypot(...tensors.map((tensor) => tensor.norm().dataSync()[0]!));
}
