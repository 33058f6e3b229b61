import type { serialization } from "@tensorflow/tfjs";
import type { LayerQuantization } from "../display/index.js";
import {
  applyEstimator,
  type EstimatorName,
  estimatorNamed,
  type TensorRole,
} from "../estimators/index.js";
import type { Layer } from "../models/topology.js";
import { formatConfig, formatFromConfig } from "../quantizers/formatConfig.js";
import type { IntegerFormat, Range } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { RangeVariables } from "./rangeVariables.js";
import { kernelName } from "./roles.js";

/** What a {@link QuantizedLayer} is made of. */
export interface QuantizedLayerOptions {
  /** The layer that computes. */
  layer: Layer;
  /** The format of its kernel, if that is quantized. */
  weights?: IntegerFormat;
  /** The format of its output, if that is quantized. */
  activations?: IntegerFormat;
  /** How gradients pass through rounding. Default `"clippedSte"`. */
  estimator?: EstimatorName;
}

/**
 * A layer that computes with a quantized kernel and quantizes its output, in training and in
 * inference alike; what it stores and trains is the kernel in float32, the latent weights. Ranges
 * are weights too, which aren't trained.
 *
 * @example
 * const layer = qat.getLayer("conv") as q.QuantizedLayer;
 * layer.quantization().weights; // { bits: 3, per: "channel", min: -2.184, max: 1.638 }
 */
export class QuantizedLayer extends tf.layers.Layer {
  static readonly className = "QuantizedLayer";
  readonly inner: Layer;
  readonly weightFormat: IntegerFormat | undefined;
  readonly activationFormat: IntegerFormat | undefined;
  readonly estimator: EstimatorName;
  private weightRange: RangeVariables | undefined;
  private activationRange: RangeVariables | undefined;

  /** @throws TypeError for an unknown estimator, or `weights` for a layer without a kernel */
  constructor({ layer, weights, activations, estimator = "clippedSte" }: QuantizedLayerOptions) {
    super({ name: layer.name, trainable: layer.trainable });
    estimatorNamed(estimator);
    if (weights && !kernelName(layer.getClassName())) {
      throw new TypeError(
        `invalid weights: ${weights} for layer "${layer.name}" (${layer.getClassName()} has no kernel)`,
      );
    }
    this.inner = layer;
    this.weightFormat = weights;
    this.activationFormat = activations;
    this.estimator = estimator;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { inner } = this;
    if (!inner.built) inner.build(inputShape);
    inner.built = true;
    this._trainableWeights = [...inner.trainableWeights];
    this.nonTrainableWeights = [...inner.nonTrainableWeights];
    this.addLoss(inner.losses);
    const add = (name: string, shape: number[]) =>
      this.addWeight(name, shape, "float32", tf.initializers.zeros(), undefined, false);
    if (this.weightFormat) {
      const shape = this.weightFormat.per === "channel" ? [this.channels()] : [];
      this.weightRange = new RangeVariables("weight", shape, add);
    }
    if (this.activationFormat) this.activationRange = new RangeVariables("activation", [], add);
    super.build(inputShape);
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    kwargs: Parameters<Layer["call"]>[1],
  ): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const output = this.callInner(inputs, kwargs);
      if (!this.activationFormat) return output;
      return this.round("activations", output, kwargs?.training === true);
    });
  }

  /**
   * The kernel as the layer computes with it, on the grid of its format: float32 of the kernel's
   * shape; the caller disposes it.
   *
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.quantizedKernel().shape; // [ 3, 3, 1, 8 ]
   */
  quantizedKernel(): tf.Tensor {
    const kernel = this.kernel().read();
    return this.weightFormat ? this.round("weights", kernel, false) : kernel.clone();
  }

  /**
   * Sets the ranges of the kernel (numbers, or one for each channel) and of the output (numbers).
   *
   * @throws RangeError for ranges that have no grid, or as many channels as the layer hasn't;
   *   TypeError for a part that isn't quantized
   * @example
   * const layer = qat.getLayer("conv_relu") as q.QuantizedLayer;
   * layer.setRanges({ activations: { min: 0, max: 2 } });
   * layer.ranges().activations; // { min: Float32Array(1) [ 0 ], max: Float32Array(1) [ 2 ] }
   */
  setRanges({ weights, activations }: { weights?: Range; activations?: Range }): void {
    if (weights) this.write("weights", this.weightRange, weights);
    if (activations) this.write("activations", this.activationRange, activations);
  }

  /**
   * The ranges of the kernel and of the output, where those are quantized: float32 arrays of one
   * entry, or of one for each channel.
   *
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.ranges().weights!.max.length; // 8
   */
  ranges(): { weights?: Range; activations?: Range } {
    return { weights: this.weightRange?.read(), activations: this.activationRange?.read() };
  }

  /**
   * Replaces the latent weights by what they are rounded to.
   *
   * @example
   * const layer = qat.getLayer("logits") as q.QuantizedLayer;
   * layer.roundWeights();
   * layer.quantizedKernel().sub(layer.getWeights()[0]!).abs().max(); // [ 0 ]
   */
  roundWeights(): void {
    if (!this.weightFormat) return;
    const rounded = this.quantizedKernel();
    this.kernel().write(rounded);
    rounded.dispose();
  }

  /**
   * How the layer is quantized: bits, what shares a scale, and the range (over all channels).
   *
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.quantization().weights!.bits; // 3
   */
  quantization(): LayerQuantization {
    return {
      type: this.inner.getClassName(),
      weights: this.weightFormat && {
        bits: this.weightFormat.bits,
        per: this.weightFormat.per,
        ...this.weightRange?.extent(),
      },
      activations: this.activationFormat && {
        bits: this.activationFormat.bits,
        ...this.activationRange?.extent(),
      },
    };
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return this.inner.computeOutputShape(inputShape);
  }

  override getConfig(): serialization.ConfigDict {
    return {
      ...super.getConfig(),
      layer: { className: this.inner.getClassName(), config: this.inner.getConfig() },
      weights: this.weightFormat ? formatConfig(this.weightFormat) : null,
      activations: this.activationFormat ? formatConfig(this.activationFormat) : null,
      estimator: this.estimator,
    };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { className, config: inner } = config.layer as Record<string, never>;
    const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className!]!;
    return new cls({
      layer: fromConfig(type, inner!) as unknown as Layer,
      weights: formatFromConfig(config.weights),
      activations: formatFromConfig(config.activations),
      estimator: config.estimator,
    } as never);
  }

  private round(role: TensorRole, x: tf.Tensor, training: boolean): tf.Tensor {
    const format = (role === "weights" ? this.weightFormat : this.activationFormat)!;
    const range = (role === "weights" ? this.weightRange : this.activationRange)!;
    const estimator = estimatorNamed(this.estimator);
    return applyEstimator(estimator, x, { ...range.tensors() }, { format, role, training });
  }

  private callInner(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<Layer["call"]>[1]) {
    const name = kernelName(this.inner.getClassName());
    if (!this.weightFormat || !name) return this.inner.call(inputs, kwargs) as tf.Tensor;
    // The layer reads its kernel through one property: meanwhile that gives the quantized one.
    const inner = this.inner as unknown as Record<string, { read(): tf.Tensor }>;
    const latent = inner[name]!;
    const quantized = this.round("weights", latent.read(), kwargs?.training === true);
    inner[name] = { read: () => quantized };
    try {
      return this.inner.call(inputs, kwargs) as tf.Tensor;
    } finally {
      inner[name] = latent;
    }
  }

  private write(part: string, variables: RangeVariables | undefined, range: Range): void {
    if (variables) variables.write(range);
    else throw new TypeError(`invalid ${part}: layer "${this.name}" doesn't quantize its ${part}`);
  }

  private kernel(): tf.LayerVariable {
    const name = kernelName(this.inner.getClassName())!;
    return (this.inner as unknown as Record<string, tf.LayerVariable>)[name]!;
  }

  /**
   * How many output channels the kernel has: a scale for each, per channel.
   *
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.channels(); // 8
   */
  channels(): number {
    const { shape } = this.kernel();
    const depthwise = this.inner.getClassName() === "DepthwiseConv2D";
    return shape.at(-1)! * (depthwise ? shape.at(-2)! : 1);
  }
}

tf.serialization.registerClass(QuantizedLayer);
