import type { serialization } from "@tensorflow/tfjs";
import type { Layer } from "../../graph/index.js";
import {
  alongChannels,
  checkLayerOptions,
  exchanged,
  ruledWeights,
  ruleOf,
} from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";

/** The options of a {@link TrainedBatchNorm}. */
export interface TrainedBatchNormOptions {
  /** A linear layer with one kernel, Conv2D or Dense say, and with a bias, which stands for β. */
  layer: Layer;
  /** The momentum of the moving averages. Default 0.99, as tfjs's layer. */
  momentum?: number;
  /** The number that is added to the variance. Default 1e-3, as tfjs's layer. */
  epsilon?: number;
  /** Whether γ is trained; else it stays 1. Default true. */
  scale?: boolean;
  /** Whether β is trained; else it stays 0. Default true. */
  center?: boolean;
  /** Whether the long-term statistics stay as they are. Default false. */
  frozen?: boolean;
  /** Whether the weights are trained. Default: the `trainable` of `layer`. */
  trainable?: boolean;
}

/**
 * A layer with a kernel and the batch normalization after it, as one layer that is trained folded: it computes
 * with the kernel γ·W/σ, which is quantized, with σ from the long-term statistics. In training a convolution
 * with W itself gives the batch's µ_B and σ_B, and the output is corrected to these:
 *
 *     y = conv(γ·W/σ, x) · σ/σ_B + β − γ·µ_B/σ_B
 *
 * so that the kernel's grid doesn't jitter from batch to batch. In inference, and when the statistics are
 * frozen, y = conv(γ·W/σ, x) + β − γ·µ/σ. Krishnamoorthi 2018, arXiv:1806.08342, section 3.2.2, equations
 * 20 to 25 and figure 8.
 *
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * const layer = (trained.getLayer("conv") as q.QuantizedLayer).inner as q.qat.TrainedBatchNorm;
 * [layer.layer.getClassName(), layer.momentum, layer.frozen]; // [ "Conv2D", 0.9, false ]
 */
export class TrainedBatchNorm extends tf.layers.Layer {
  static readonly className = "TrainedBatchNorm";
  /** The layer that has the kernel, and β as its bias. */
  readonly layer: Layer;
  readonly momentum: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly center: boolean;
  /** Whether training, like inference, uses the long-term statistics and leaves them as they are. */
  frozen: boolean;
  /** γ·W/σ, in the property in which other layers keep their kernel: reading computes it, writing sets W. */
  readonly kernel: Pick<tf.LayerVariable, "read" | "write" | "shape">;
  /** @internal The bias of {@link foldedBias}, in a property as other layers keep their bias in. */
  readonly folded: Pick<tf.LayerVariable, "read">;
  private gamma!: tf.LayerVariable;
  private movingMean!: tf.LayerVariable;
  private movingVariance!: tf.LayerVariable;

  /** @throws TypeError for an option that the layer doesn't have, or if `layer` isn't a layer */
  constructor(options: TrainedBatchNormOptions) {
    checkLayerOptions("q.qat.TrainedBatchNorm", options, [
      ...["layer", "momentum", "epsilon", "scale", "center", "frozen"],
    ]);
    const { layer, momentum = 0.99, epsilon = 1e-3, ...switches } = options ?? {};
    const { scale = true, center = true, frozen = false } = switches;
    if (!(layer instanceof tf.layers.Layer)) {
      throw new TypeError(
        `invalid layer: ${String(layer)} (expected { layer } with one of tfjs's, as in new q.qat.TrainedBatchNorm({ layer: q.tf.layers.dense({ units: 10 }) }))`,
      );
    }
    super({ name: layer.name, trainable: switches.trainable ?? layer.trainable });
    this.layer = layer;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.scale = scale;
    this.center = center;
    this.frozen = frozen;
    this.kernel = kernelOf(this);
    this.folded = { read: () => this.foldedBias() };
  }

  /** W, the kernel that is trained. */
  get latent(): tf.LayerVariable {
    return this.parts[this.kernelName]!;
  }

  /** @internal The mode that a compiled step depends on, as a text. */
  get traceKey(): string {
    return this.frozen ? "frozen" : "";
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { layer } = this;
    if (!layer.built) layer.build(inputShape);
    layer.built = true;
    const shape = this.bias.shape;
    const add = (name: string, value: "ones" | "zeros", trainable: boolean) =>
      this.addWeight(name, shape, "float32", tf.initializers[value](), undefined, trainable);
    this.gamma = add("gamma", "ones", this.scale);
    this.movingMean = add("moving_mean", "zeros", false);
    this.movingVariance = add("moving_variance", "ones", false);
    const trained = [this.latent, ...(this.center ? [this.bias] : [])];
    this._trainableWeights = [...trained, ...(this.scale ? [this.gamma] : [])];
    const fixed = [...(this.center ? [] : [this.bias]), ...(this.scale ? [] : [this.gamma])];
    this.nonTrainableWeights = [...fixed, this.movingMean, this.movingVariance];
    this.addLoss(layer.losses);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const kernel = this.kernel.read();
      if (!kwargs?.training || this.frozen) return this.run(inputs, kernel, this.folded.read());
      const raw = this.raw(inputs);
      const { mean, variance } = tf.moments(raw, [...raw.shape.keys()].slice(0, -1));
      const sigma = this.sigma(this.movingVariance.read());
      move(this.movingMean, mean, this.momentum);
      move(this.movingVariance, variance, this.momentum);
      const batchSigma = this.sigma(variance);
      const shift = tf.sub(this.beta, tf.div(tf.mul(this.gamma.read(), mean), batchSigma));
      const y = this.run(inputs, kernel, tf.zerosLike(this.beta));
      return tf.add(tf.mul(y, tf.div(sigma, batchSigma)), shift);
    });
  }

  /**
   * β − γ·µ/σ: the bias that goes with the folded kernel, `[channels]`; the caller disposes it.
   *
   * @example
   * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
   * const layer = (trained.getLayer("conv") as q.QuantizedLayer).inner as q.qat.TrainedBatchNorm;
   * layer.foldedBias().shape; // [ 8 ]
   */
  foldedBias(): tf.Tensor {
    return tf.tidy(() => tf.sub(this.beta, tf.mul(this.movingMean.read(), this.factor())));
  }

  /** @internal The outputs that W itself gives for inputs; the statistics are those of these outputs. */
  raw(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.run(inputs, this.latent.read(), tf.zerosLike(this.beta));
  }

  /** The long-term statistics, µ and σ². */
  get statistics(): { mean: tf.LayerVariable; variance: tf.LayerVariable } {
    return { mean: this.movingMean, variance: this.movingVariance };
  }

  /** @internal Sets W, γ, β, µ and σ² to those of a layer with the kernel and bias, and a normalization. */
  fill({ kernel, gamma, beta, mean, variance }: Record<string, tf.Tensor>): void {
    this.latent.write(kernel!);
    this.gamma.write(gamma!);
    this.bias.write(beta!);
    this.movingMean.write(mean!);
    this.movingVariance.write(variance!);
  }

  /** @internal Lets γ stay as it is in training, and β, unless a bias is trained with it. */
  freezeNormalization({ bias }: { bias: boolean }): void {
    this.gamma.trainable = false;
    this.parts.bias!.trainable = bias;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return this.layer.computeOutputShape(inputShape);
  }

  override getConfig(): serialization.ConfigDict {
    const { layer, momentum, epsilon, scale, center, frozen } = this;
    return {
      ...super.getConfig(),
      layer: { className: layer.getClassName(), config: layer.getConfig() },
      ...{ momentum, epsilon, scale, center, frozen },
    };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    { layer, ...options }: serialization.ConfigDict,
  ): T {
    const { className, config } = layer as Record<string, never>;
    const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className!]!;
    return new cls({ ...options, layer: fromConfig(type, config!) } as never);
  }

  private get parts(): Record<string, tf.LayerVariable | undefined> {
    return this.layer as unknown as Record<string, tf.LayerVariable | undefined>;
  }

  private get kernelName(): string {
    return ruledWeights(this.layer)[0]!.path;
  }

  private get biasName(): string {
    return ruleOf(this.layer).bias!;
  }

  private get bias(): tf.LayerVariable {
    return this.parts[this.biasName]!;
  }

  private get beta(): tf.Tensor {
    return this.bias.read();
  }

  private sigma(variance: tf.Tensor): tf.Tensor {
    return tf.sqrt(tf.add(variance, this.epsilon));
  }

  /** γ/σ, `[channels]`. */
  private factor(): tf.Tensor {
    return tf.div(this.gamma.read(), this.sigma(this.movingVariance.read()));
  }

  /** @internal γ/σ along a kernel's channels; those of a depthwise kernel are its last two axes. */
  kernelFactor(): tf.Tensor {
    const { outputs } = ruledWeights(this.layer)[0]!;
    return alongChannels(this.factor(), this.latent.shape as number[], outputs);
  }

  /** Calls the layer with another kernel and bias. */
  private run(inputs: tf.Tensor | tf.Tensor[], kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor {
    const weights = new Map([
      [this.kernelName, kernel],
      [this.biasName, bias],
    ]);
    const run = () => this.layer.call(inputs, {}) as tf.Tensor;
    return exchanged(this.layer, { weights, values: new Map() }, run);
  }
}

function kernelOf(layer: TrainedBatchNorm): TrainedBatchNorm["kernel"] {
  return {
    read: () => tf.tidy(() => tf.mul(layer.latent.read(), layer.kernelFactor())),
    write(values) {
      const { latent } = layer;
      tf.tidy(() => {
        const factor = layer.kernelFactor();
        // Where γ is 0, any W gives the kernel 0, so W stays.
        const next = tf.where(factor.equal(0), latent.read(), tf.divNoNan(values, factor));
        latent.write(next);
      });
      return this;
    },
    get shape() {
      return layer.latent.shape;
    },
  } as Pick<tf.LayerVariable, "read" | "write" | "shape">;
}

/** Moves an average towards a value, in tfjs's own ops. */
function move(average: tf.LayerVariable, value: tf.Tensor, momentum: number): void {
  const before = average.read();
  average.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - momentum)));
}

tf.serialization.registerClass(TrainedBatchNorm);
