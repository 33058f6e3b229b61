import type { serialization } from "@tensorflow/tfjs";
import { checkNumber } from "../../arguments/index.js";
import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";

/** Options of {@link GeneralReLU}. */
export interface GeneralReLUOptions {
  name?: string;
  /** The largest output, at least 0. Default: there is none. */
  maxValue?: number | null;
  /** The slope below the threshold, at least 0. Default 0. */
  negativeSlope?: number;
  /** The input from which values pass, at least 0. Default 0. */
  threshold?: number;
}

/**
 * The rectified linear unit with all options of Keras' layer ReLU: x from `threshold` to `maxValue`, `maxValue` above, and
 * `negativeSlope` · (x − `threshold`) below. TensorFlow.js's `reLU` has `maxValue` alone, and its `leakyReLU` a slope alone.
 *
 * @example
 * const relu = new q.models.layers.GeneralReLU({ name: "relu", maxValue: 2, negativeSlope: 0.1 });
 * relu.apply(q.tf.tensor1d([-1, 1, 3])) as q.tf.Tensor; // [ -0.10, 1.00, 2.00 ]
 */
export class GeneralReLU extends tf.layers.Layer {
  static readonly className = "GeneralReLU";
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  /**
   * @throws TypeError if the layer doesn't have an option; RangeError if an option is below 0
   */
  constructor(options: GeneralReLUOptions = {}) {
    checkLayerOptions("q.models.layers.GeneralReLU", options, [
      ...["maxValue", "negativeSlope", "threshold"],
    ]);
    const { maxValue = null, negativeSlope = 0, threshold = 0, ...config } = options;
    super(config);
    if (maxValue !== null) checkNumber("maxValue", maxValue, { from: 0 });
    checkNumber("negativeSlope", negativeSlope, { from: 0 });
    checkNumber("threshold", threshold, { from: 0 });
    this.maxValue = maxValue;
    this.negativeSlope = negativeSlope;
    this.threshold = threshold;
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { negativeSlope, threshold, maxValue } = this;
    return tf.tidy(() => {
      const x = [inputs].flat()[0]!;
      const below = tf.mul(negativeSlope, tf.sub(x, threshold));
      const passed = tf.where(tf.greaterEqual(x, threshold), x, below);
      return maxValue === null ? passed : tf.minimum(passed, maxValue);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): serialization.ConfigDict {
    const { maxValue, negativeSlope, threshold } = this;
    return { ...super.getConfig(), maxValue, negativeSlope, threshold };
  }
}

tf.serialization.registerClass(GeneralReLU);
