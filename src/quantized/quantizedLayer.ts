import type { serialization } from "@tensorflow/tfjs";
import type { CalibrationRecord } from "../calibration/index.js";
import type { LayerQuantization } from "../display/index.js";
import { type GradientFormat, quantizeGradient } from "../estimators/index.js";
import type { Layer } from "../graph/index.js";
import { channelsIn, exchanged, ruledWeights, weightAt } from "../layers/index.js";
import type { IntegerFormat, ValueRange } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Unready } from "../train/index.js";
import { callInner } from "./callInner.js";
import { exchangeOf } from "./exchange.js";
import {
  checkQuantizedLayerOptions,
  configOf,
  optionsFrom,
  type QuantizedLayerOptions,
  quantizersOf,
} from "./layerOptions.js";
import type { TensorQuantizer } from "./tensorQuantizer.js";
import { unreadyOf } from "./warnings.js";

export type { QuantizedLayerOptions } from "./layerOptions.js";

/**
 * A layer that computes with quantized weights and quantizes its output, in training and in inference
 * alike; it stores and trains the weights in float32, the latent weights. Ranges are weights too,
 * which aren't trained, unless the estimator learns them.
 *
 * @example
 * const layer = qat.getLayer("conv") as q.QuantizedLayer;
 * layer.quantization().weights; // ≈ { bits: 3, per: "channel", min: -2.18, max: 1.63 }
 */
export class QuantizedLayer extends tf.layers.Layer {
  static readonly className = "QuantizedLayer";
  /** @internal Properties that a copy of the layer doesn't take over. */
  static readonly records = ["calibrationRecords"];
  readonly inner: Layer;
  /** @internal The records of the last calibration. */
  calibrationRecords: readonly CalibrationRecord[] = [];
  readonly #options: QuantizedLayerOptions;
  /** The quantizers of the weights, by the properties that keep the weights. */
  readonly weightQuantizers: ReadonlyMap<string, TensorQuantizer>;
  /** The quantizers of the values inside the layer, by the names of the values. */
  readonly valueQuantizers: ReadonlyMap<string, TensorQuantizer>;
  /** The quantizer of the output, if the output is quantized. */
  readonly outputQuantizer: TensorQuantizer | undefined;
  private readonly parts: ReadonlyMap<string, TensorQuantizer>;
  private readonly gradients: GradientFormat | undefined;

  /**
   * @throws TypeError if `layer` isn't a layer, for an option or an estimator that doesn't exist, or for `weights` of a
   *   layer without a kernel
   */
  constructor(options: QuantizedLayerOptions) {
    const { layer } = checkQuantizedLayerOptions(options);
    super({ name: layer.name, trainable: options.trainable ?? layer.trainable });
    // Freezing acts on this layer, not on the layer inside.
    layer.trainable = true;
    this.inner = layer;
    this.#options = options;
    const { weights, values, parts, output } = quantizersOf(options);
    this.weightQuantizers = weights;
    this.valueQuantizers = values;
    this.outputQuantizer = output;
    this.parts = parts;
    this.gradients = options.gradients;
    this.supportsMasking = layer.supportsMasking;
    options.modes?.forEach((modes, i) => {
      Object.assign(this.quantizers[i]!, modes);
    });
  }

  /**
   * The layer and its quantizers, a line each.
   *
   * @example
   * String(qat.getLayer("conv")).split("\n").length; // 2
   */
  override toString(): string {
    const lines = this.quantizers.map((quantizer) => `\n  ${quantizer}`);
    return `layer "${this.name}" (${this.inner.getClassName()}), quantized${lines.join("")}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @internal The options that the layer was made with. */
  get options(): QuantizedLayerOptions {
    return this.#options;
  }

  /** All quantizers: those of the weights, of the values inside, and of the output. */
  get quantizers(): readonly TensorQuantizer[] {
    const output = this.outputQuantizer ? [this.outputQuantizer] : [];
    return [...this.weightQuantizers.values(), ...this.valueQuantizers.values(), ...output];
  }

  /** @internal The present formats and modes, on which a compiled step depends, as a text. */
  get traceKey(): string {
    const { traceKey = "" } = this.inner as { traceKey?: string };
    return [traceKey, ...this.quantizers.map((quantizer) => quantizer.traceKey)].join();
  }

  /** @internal The reason why the layer doesn't yet compute as it will after training; `undefined` if there is none. */
  get unready(): Unready[] {
    return unreadyOf(this.quantizers);
  }

  /** The format of the weights, if they are quantized. */
  get weightFormat(): IntegerFormat | undefined {
    return this.firstWeight?.format;
  }

  /** The format of the output, or of the values inside that the output consists of. */
  get activationFormat(): IntegerFormat | undefined {
    return this.activation?.format;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { inner } = this;
    if (!inner.built) inner.build(inputShape);
    inner.built = true;
    this._trainableWeights = [...inner.trainableWeights];
    this.nonTrainableWeights = [...inner.nonTrainableWeights];
    this.addLoss(inner.losses);
    const add = (name: string, shape: number[], trainable: boolean) =>
      this.addWeight(name, shape, "float32", tf.initializers.zeros(), undefined, trainable);
    for (const [path, quantizer] of this.weightQuantizers) {
      quantizer.build(add, weightAt(inner, path).shape as number[]);
    }
    for (const quantizer of this.valueQuantizers.values()) quantizer.build(add);
    this.outputQuantizer?.build(add);
    super.build(inputShape);
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    kwargs: Parameters<Layer["call"]>[1],
  ): tf.Tensor | tf.Tensor[] {
    const training = kwargs?.training === true;
    return tf.tidy(() => {
      const exchange = exchangeOf(this, this.parts, training);
      // Some layers give a list of one tensor.
      const run = () => [callInner(this.inner, inputs, kwargs)].flat()[0]!;
      const result = exchanged(this.inner, exchange, run);
      const output = this.outputQuantizer?.apply(result, training) ?? result;
      return this.gradients && training ? quantizeGradient(output, this.gradients) : output;
    });
  }

  override computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.inner.computeMask(inputs, mask) as tf.Tensor;
  }

  /**
   * A weight as the layer computes with it, on the grid of its format: float32 of the weight's shape; the
   * caller disposes it.
   *
   * @param path the property that keeps the weight, if there are several weights. Default: the kernel's
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.quantizedKernel().shape; // [ 3, 3, 1, 8 ]
   */
  quantizedKernel(path = this.kernelPath()): tf.Tensor {
    const quantizer = this.weightQuantizers.get(path);
    return tf.tidy(() => {
      const latent = weightAt(this.inner, path).read();
      return quantizer?.apply(latent, false).clone() ?? latent.clone();
    });
  }

  /**
   * Sets the ranges of the kernel (numbers for all its channels, or one for each) and of the output (numbers);
   * if a layer has several of either, use the {@link quantizers}.
   *
   * @throws RangeError if ranges have no grid, or another number of channels than the layer has;
   *   TypeError if a part isn't quantized
   * @example
   * const layer = qat.getLayer("conv_relu") as q.QuantizedLayer;
   * layer.setRanges({ activations: { min: 0, max: 2 } });
   * layer.ranges().activations; // { min: Float32Array(1) [ 0 ], max: Float32Array(1) [ 2 ] }
   */
  setRanges({ weights, activations }: { weights?: ValueRange; activations?: ValueRange }): void {
    const missing = (role: string) =>
      new TypeError(`invalid ${role}: layer "${this.name}" doesn't quantize its ${role}`);
    if (weights && !this.firstWeight) throw missing("weights");
    if (activations && !this.activation) throw missing("activations");
    if (weights) this.firstWeight!.write(weights, this.latentValues());
    if (activations) this.activation!.write(activations);
  }

  /**
   * The ranges of the kernel and of the output, if they are quantized: float32 arrays of one
   * entry, or of one for each channel.
   *
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.ranges().weights!.max.length; // 8
   */
  ranges(): { weights?: ValueRange; activations?: ValueRange } {
    return { weights: this.firstWeight?.range(), activations: this.activation?.range() };
  }

  /**
   * Replaces the latent weights by their rounded values.
   *
   * @example
   * const layer = qat.getLayer("logits") as q.QuantizedLayer;
   * layer.roundWeights();
   * layer.quantizedKernel().sub(layer.getWeights()[0]!).abs().max(); // [ 0 ]
   */
  roundWeights(): void {
    for (const path of this.weightQuantizers.keys()) {
      const rounded = this.quantizedKernel(path);
      weightAt(this.inner, path).write(rounded);
      rounded.dispose();
    }
  }

  /**
   * How the layer is quantized: bits, the values that share a scale, and the range (over all channels).
   *
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.quantization().weights!.bits; // 3
   */
  quantization(): LayerQuantization {
    const [weight, activation] = [this.firstWeight, this.activation];
    return {
      type: this.inner.getClassName(),
      weights: weight && { bits: weight.format.bits, per: weight.format.per, ...weight.extent() },
      activations: activation && { bits: activation.format.bits, ...activation.extent() },
    };
  }

  /**
   * How many output channels a weight has, which is the number of its scales in a format per channel.
   *
   * @param path the property that keeps the weight, if there are several weights. Default: the kernel's
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.channels(); // 8
   */
  channels(path = this.kernelPath()): number {
    const weight = ruledWeights(this.inner).find((weight) => weight.path === path);
    return channelsIn(weightAt(this.inner, path).shape as number[], weight?.outputs ?? -1);
  }

  /** @internal A latent weight. */
  latent(path = this.kernelPath()): tf.LayerVariable {
    return weightAt(this.inner, path);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return this.inner.computeOutputShape(inputShape);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...configOf(this) };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    return new cls(optionsFrom(config) as never);
  }

  /** The quantizer of the kernel, which comes first. */
  private get firstWeight(): TensorQuantizer | undefined {
    return this.weightQuantizers.values().next().value;
  }

  /** The quantizer of the output, or the last quantizer of values inside, of which the output consists. */
  private get activation(): TensorQuantizer | undefined {
    return this.outputQuantizer ?? [...this.valueQuantizers.values()].at(-1);
  }

  private kernelPath(): string {
    return ruledWeights(this.inner)[0]?.path ?? "kernel";
  }

  private latentValues(): ArrayLike<number> {
    return tf.tidy(() => this.firstWeight!.channelsLast(this.latent().read()).dataSync() as never);
  }
}

tf.serialization.registerClass(QuantizedLayer);
