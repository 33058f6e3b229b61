import type { Layer } from "../models/topology.js";
import { kernelName } from "../qat/roles.js";
import { tf } from "../tensorflow/index.js";
import { registerSecondDerivatives } from "./secondDerivatives.js";

/** How the product was found. */
export type HessianMethod = "double backward" | "central differences";

/** @internal The mean cross-entropy of a model as a function of its kernels, with its derivatives. */
export class KernelLoss {
  readonly #model: tf.LayersModel;
  readonly #layers: readonly Layer[];
  readonly #classes: number;
  /** Double backward, where all layers can be and until an op is met that has no second derivative. */
  method: HessianMethod;

  constructor(model: tf.LayersModel, layers: readonly Layer[], classes: number) {
    registerSecondDerivatives();
    this.#model = model;
    this.#layers = layers;
    this.#classes = classes;
    const twice = model.layers.every(isTwiceDifferentiable);
    this.method = twice ? "double backward" : "central differences";
  }

  /** The kernels themselves; the caller must not dispose them. */
  kernels(): tf.Tensor[] {
    return this.#layers.map((layer) => layer.getWeights()[0]!);
  }

  /** A scalar that can be differentiated twice, as those of tf.losses can't. */
  loss(kernels: tf.Tensor[], xs: tf.Tensor, ys: tf.Tensor): tf.Scalar {
    const logits = this.#apply(kernels, xs);
    const target = tf.oneHot(ys as tf.Tensor1D, this.#classes).toFloat();
    const each = tf.mul(target, logSoftmax(logits)).sum(-1);
    return tf.neg(each.mean());
  }

  gradients(kernels: tf.Tensor[], xs: tf.Tensor, ys: tf.Tensor): tf.Tensor[] {
    return tf.grads((...at: tf.Tensor[]) => this.loss(at, xs, ys))(kernels);
  }

  /** The Hessian times a vector, in the kernels' shapes. */
  product(vector: tf.Tensor[], xs: tf.Tensor, ys: tf.Tensor): tf.Tensor[] {
    if (this.method === "double backward") {
      try {
        return tf.tidy(() => this.#doubleBackward(vector, xs, ys));
      } catch (error) {
        if (!String(error).includes("gradient function not found")) throw error;
        this.method = "central differences";
      }
    }
    return tf.tidy(() => this.#centralDifferences(vector, xs, ys));
  }

  /** The gradient of the gradient's product with the vector. Pearlmutter 1994, Neural Computation 6, 147. */
  #doubleBackward(vector: tf.Tensor[], xs: tf.Tensor, ys: tf.Tensor): tf.Tensor[] {
    const along = (...at: tf.Tensor[]) => {
      const gradients = this.gradients(at, xs, ys);
      const products = gradients.map((gradient, i) => tf.mul(gradient, vector[i]!).sum());
      return tf.addN(products) as tf.Scalar;
    };
    return tf.grads(along)(this.kernels());
  }

  /**
   * (∇L(w + εv) − ∇L(w − εv)) / 2ε. The step is where float32's rounding and the neglected third
   * derivative weigh the same, its cube root of the precision relative to the kernels' size.
   */
  #centralDifferences(vector: tf.Tensor[], xs: tf.Tensor, ys: tf.Tensor): tf.Tensor[] {
    const kernels = this.kernels();
    const size = norm(kernels) / norm(vector) || 1;
    const step = Math.cbrt(2 ** -23) * size;
    const at = (distance: number) =>
      this.gradients(
        kernels.map((kernel, i) => tf.add(kernel, tf.mul(vector[i]!, distance))),
        xs,
        ys,
      );
    const [after, before] = [at(step), at(-step)];
    return after.map((gradient, i) => tf.div(tf.sub(gradient, before[i]!), 2 * step));
  }

  /** The model's outputs with other kernels: each layer reads its kernel through one property. */
  #apply(kernels: tf.Tensor[], xs: tf.Tensor): tf.Tensor {
    const restore = this.#layers.map((layer, i) => {
      const name = kernelName(layer.getClassName())!;
      const owner = layer as unknown as Record<string, { read(): tf.Tensor }>;
      const own = owner[name]!;
      owner[name] = { read: () => kernels[i]! };
      return () => {
        owner[name] = own;
      };
    });
    try {
      return this.#model.apply(xs, { training: false }) as tf.Tensor;
    } finally {
      for (const back of restore) back();
    }
  }
}

/**
 * tfjs's gradients know the output of their op as a number only, so that a second derivative through it is lost:
 * tanh, sigmoid and the like, whose gradients are made of their outputs, come out wrong without a word. What is listed
 * here has gradients that are made of inputs. The smooth others have exact enough differences.
 */
const twice = [
  ...["Conv2D", "DepthwiseConv2D", "Dense", "Activation", "ReLU", "LeakyReLU", "Add", "Flatten"],
  ...["Reshape", "ZeroPadding2D", "Dropout", "InputLayer", "MaxPooling2D", "AveragePooling2D"],
  ...["GlobalAveragePooling2D", "GlobalMaxPooling2D"],
];
const piecewiseLinear = ["linear", "relu", "relu6"];

function isTwiceDifferentiable(layer: Layer): boolean {
  const { activation = "linear" } = layer.getConfig();
  return twice.includes(layer.getClassName()) && piecewiseLinear.includes(activation as string);
}

/** With a gradient that is made of the input. */
const logSoftmax = tf.customGrad((logits, save) => {
  (save as unknown as (tensors: tf.Tensor[]) => void)([logits as tf.Tensor]);
  const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
    tf.sub(dy, tf.mul(dy.sum(-1, true), tf.softmax(saved!)));
  return { value: tf.logSoftmax(logits as tf.Tensor), gradFunc };
});

function norm(tensors: tf.Tensor[]): number {
  return Math.hypot(...tensors.map((tensor) => tensor.norm().dataSync()[0]!));
}
