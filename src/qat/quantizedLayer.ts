import type { serialization } from "@tensorflow/tfjs";
import type { LayerQuantization } from "../display/index.js";
import { type GradientFormat, quantizeGradient } from "../estimators/index.js";
import type { Layer } from "../models/topology.js";
import type { IntegerFormat, Range } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Unready } from "../train/readiness.js";
import { channelsIn } from "./channelsLast.js";
import { configOf, optionsFrom, type QuantizedLayerOptions, quantizersOf } from "./layerOptions.js";
import { ruleOf } from "./layers/registry.js";
import { exchanged, weightAt } from "./parts.js";
import type { TensorQuantizer } from "./tensorQuantizer.js";
import { unreadyOf } from "./warnings.js";

export type { QuantizedLayerOptions } from "./layerOptions.js";

/**
 * A layer that computes with quantized weights and quantizes its output, in training and in inference
 * alike; what it stores and trains are the weights in float32, the latent ones. Ranges are weights too,
 * which aren't trained, unless the estimator learns them.
 *
 * @example
 * const layer = qat.getLayer("conv") as q.QuantizedLayer;
 * layer.quantization().weights; // { bits: 3, per: "channel", min: -2.184, max: 1.638 }
 */
export class QuantizedLayer extends tf.layers.Layer {
  static readonly className = "QuantizedLayer";
  readonly inner: Layer;
  /** @internal What it was made of. */
  readonly options: QuantizedLayerOptions;
  /** Of the weights, by the properties that keep them. */
  readonly weightQuantizers: ReadonlyMap<string, TensorQuantizer>;
  /** Of the values inside, by their names. */
  readonly valueQuantizers: ReadonlyMap<string, TensorQuantizer>;
  /** Of the output, if that is quantized. */
  readonly outputQuantizer: TensorQuantizer | undefined;
  private readonly parts: ReadonlyMap<string, TensorQuantizer>;
  private readonly gradients: GradientFormat | undefined;

  /** @throws TypeError for what isn't a layer, an unknown estimator, or `weights` for a layer without a kernel */
  constructor(options: QuantizedLayerOptions) {
    const { layer } = options ?? {};
    if (!(layer instanceof tf.layers.Layer)) {
      throw new TypeError(
        `invalid layer: ${String(layer)} (expected { layer } with one of tfjs's, as in new q.QuantizedLayer({ layer: q.tf.layers.dense({ units: 10 }), weights: q.int(8) }))`,
      );
    }
    super({ name: layer.name, trainable: layer.trainable });
    this.inner = layer;
    this.options = options;
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

  /** All of them: of weights, of values inside, of the output. */
  get quantizers(): readonly TensorQuantizer[] {
    const output = this.outputQuantizer ? [this.outputQuantizer] : [];
    return [...this.weightQuantizers.values(), ...this.valueQuantizers.values(), ...output];
  }

  /** @internal What a step depends on: the formats and modes now. */
  get traceKey(): string {
    const { traceKey = "" } = this.inner as { traceKey?: string };
    return [traceKey, ...this.quantizers.map((quantizer) => quantizer.traceKey)].join();
  }

  /** @internal Why it doesn't compute yet as it will. */
  get unready(): Unready[] {
    return unreadyOf(this.quantizers);
  }

  /** The format of the weights, if those are quantized. */
  get weightFormat(): IntegerFormat | undefined {
    return this.firstWeight?.format;
  }

  /** The format of the output, or of the values inside that it is made of. */
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
      // Once in a step, however often the layer reads them.
      const weights = new Map(
        [...this.weightQuantizers].map(([path, quantizer]) => [
          path,
          quantizer.apply(weightAt(this.inner, path).read(), training),
        ]),
      );
      const values = new Map(
        [...this.parts].map(([path, quantizer]) => [
          path,
          (x: tf.Tensor) => quantizer.apply(x, training),
        ]),
      );
      // Some layers give a list of one.
      const run = () => [this.inner.call(inputs, kwargs)].flat()[0]!;
      const result = exchanged(this.inner, { weights, values }, run);
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
   * @param path the property that keeps it, where there are several. Default: the first, the kernel
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
   * Sets the ranges of the kernel (numbers for all its channels, or one for each) and of the output (numbers); where there
   * are several, use the {@link quantizers}.
   *
   * @throws RangeError for ranges that have no grid, or as many channels as the layer hasn't;
   *   TypeError for a part that isn't quantized
   * @example
   * const layer = qat.getLayer("conv_relu") as q.QuantizedLayer;
   * layer.setRanges({ activations: { min: 0, max: 2 } });
   * layer.ranges().activations; // { min: Float32Array(1) [ 0 ], max: Float32Array(1) [ 2 ] }
   */
  setRanges({ weights, activations }: { weights?: Range; activations?: Range }): void {
    const write = (part: string, quantizer: TensorQuantizer | undefined, range?: Range) => {
      if (!range) return;
      if (quantizer) quantizer.write(range, part === "weights" ? this.latentValues() : undefined);
      else
        throw new TypeError(`invalid ${part}: layer "${this.name}" doesn't quantize its ${part}`);
    };
    write("weights", this.firstWeight, weights);
    write("activations", this.activation, activations);
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
    return { weights: this.firstWeight?.range(), activations: this.activation?.range() };
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
    for (const path of this.weightQuantizers.keys()) {
      const rounded = this.quantizedKernel(path);
      weightAt(this.inner, path).write(rounded);
      rounded.dispose();
    }
  }

  /**
   * How the layer is quantized: bits, what shares a scale, and the range (over all channels).
   *
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.quantization().weights!.bits; // 3
   */
  quantization(): LayerQuantization {
    const [weight, activation] = [this.firstWeight, this.activation];
    return {
      type: this.inner.getClassName(),
      weights: weight && {
        bits: weight.format.bits,
        per: weight.format.per,
        ...weight.extent(),
      },
      activations: activation && { bits: activation.format.bits, ...activation.extent() },
    };
  }

  /**
   * How many output channels a weight has: a scale for each, per channel.
   *
   * @param path the property that keeps it, where there are several. Default: the first, the kernel
   * @example
   * const layer = qat.getLayer("conv") as q.QuantizedLayer;
   * layer.channels(); // 8
   */
  channels(path = this.kernelPath()): number {
    const axes = ruleOf(this.inner).weights?.[path] ?? -1;
    return channelsIn(weightAt(this.inner, path).shape as number[], axes);
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

  /** The kernel comes first. */
  private get firstWeight(): TensorQuantizer | undefined {
    return this.weightQuantizers.values().next().value;
  }

  /** The output's, or the last of those inside, of which the output is made. */
  private get activation(): TensorQuantizer | undefined {
    return this.outputQuantizer ?? [...this.valueQuantizers.values()].at(-1);
  }

  private kernelPath(): string {
    return Object.keys(ruleOf(this.inner).weights ?? {})[0] ?? "kernel";
  }

  private latentValues(): ArrayLike<number> {
    const quantizer = this.firstWeight!;
    return tf.tidy(() => quantizer.channelsLast(this.latent().read()).dataSync() as never);
  }
}

tf.serialization.registerClass(QuantizedLayer);
