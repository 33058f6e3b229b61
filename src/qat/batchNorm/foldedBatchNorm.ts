import type { serialization } from "@tensorflow/tfjs";
import { channelAxis } from "../../models/foldBatchNorm.js";
import type { Layer } from "../../models/topology.js";
import { tf } from "../../tensorflow/index.js";

/** What a {@link FoldedBatchNorm} is made of. */
export interface FoldedBatchNormOptions {
  /** A linear Conv1D, Conv2D, DepthwiseConv2D or Dense layer with a bias, which stands for β. */
  layer: Layer;
  /** Of the moving averages. Default 0.99, as tfjs's layer. */
  momentum?: number;
  /** Added to the variance. Default 1e-3, as tfjs's layer. */
  epsilon?: number;
  /** Whether γ is trained; else it stays 1. Default true. */
  scale?: boolean;
  /** Whether β is trained; else it stays 0. Default true. */
  center?: boolean;
  /** Whether its statistics stay as they are. Default false. */
  frozen?: boolean;
}

/**
 * A layer with a kernel and the batch normalization after it in one, trained folded: the kernel that computes, and
 * that is quantized, is γ·W/σ of the long-term statistics. In training a convolution with W itself gives
 * the batch's µ_B and σ_B, and the output is corrected to these:
 *
 *     y = conv(γ·W/σ, x) · σ/σ_B + β − γ·µ_B/σ_B
 *
 * so that the kernel's grid doesn't jitter from batch to batch. In inference, and when the statistics are
 * frozen, y = conv(γ·W/σ, x) + β − γ·µ/σ. Krishnamoorthi 2018, arXiv:1806.08342, section 3.2.2, equations
 * 20 to 25 and figure 8.
 *
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * const layer = (trained.getLayer("conv") as q.QuantizedLayer).inner as q.qat.FoldedBatchNorm;
 * [layer.layer.getClassName(), layer.momentum, layer.frozen]; // [ "Conv2D", 0.9, false ]
 */
export class FoldedBatchNorm extends tf.layers.Layer {
  static readonly className = "FoldedBatchNorm";
  /** The layer that has the kernel, and β as its bias. */
  readonly layer: Layer;
  readonly momentum: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly center: boolean;
  /** Whether training uses the long-term statistics, too, and leaves them as they are. */
  frozen: boolean;
  /** γ·W/σ, where other layers have their kernel: reading computes it, writing sets W. */
  readonly kernel: Pick<tf.LayerVariable, "read" | "write" | "shape">;
  private gamma!: tf.LayerVariable;
  private movingMean!: tf.LayerVariable;
  private movingVariance!: tf.LayerVariable;

  constructor({
    layer,
    momentum = 0.99,
    epsilon = 1e-3,
    scale = true,
    center = true,
    frozen = false,
  }: FoldedBatchNormOptions) {
    super({ name: layer.name, trainable: layer.trainable });
    this.layer = layer;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.scale = scale;
    this.center = center;
    this.frozen = frozen;
    this.kernel = kernelOf(this);
  }

  /** W, the kernel that is trained. */
  get latent(): tf.LayerVariable {
    return this.parts[this.kernelName]!;
  }

  /** @internal What a step depends on. */
  get traceKey(): string {
    return this.frozen ? "frozen" : "";
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { layer } = this;
    if (!layer.built) layer.build(inputShape);
    layer.built = true;
    const shape = this.parts.bias!.shape;
    const add = (name: string, value: "ones" | "zeros", trainable: boolean) =>
      this.addWeight(name, shape, "float32", tf.initializers[value](), undefined, trainable);
    this.gamma = add("gamma", "ones", this.scale);
    this.movingMean = add("moving_mean", "zeros", false);
    this.movingVariance = add("moving_variance", "ones", false);
    const trained = [this.latent, ...(this.center ? [this.parts.bias!] : [])];
    this._trainableWeights = [...trained, ...(this.scale ? [this.gamma] : [])];
    const fixed = [...(this.center ? [] : [this.parts.bias!]), ...(this.scale ? [] : [this.gamma])];
    this.nonTrainableWeights = [...fixed, this.movingMean, this.movingVariance];
    this.addLoss(layer.losses);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const kernel = this.kernel.read();
      if (!kwargs?.training || this.frozen) return this.run(inputs, kernel, this.foldedBias());
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
   * const layer = (trained.getLayer("conv") as q.QuantizedLayer).inner as q.qat.FoldedBatchNorm;
   * layer.foldedBias().shape; // [ 8 ]
   */
  foldedBias(): tf.Tensor {
    return tf.tidy(() => tf.sub(this.beta, tf.mul(this.movingMean.read(), this.factor())));
  }

  /** @internal What W itself makes of inputs: the statistics are of this. */
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
    this.parts.bias!.write(beta!);
    this.movingMean.write(mean!);
    this.movingVariance.write(variance!);
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
    return this.layer.getClassName() === "DepthwiseConv2D" ? "depthwiseKernel" : "kernel";
  }

  private get beta(): tf.Tensor {
    return this.parts.bias!.read();
  }

  private sigma(variance: tf.Tensor): tf.Tensor {
    return tf.sqrt(tf.add(variance, this.epsilon));
  }

  /** γ/σ, `[channels]`. */
  private factor(): tf.Tensor {
    return tf.div(this.gamma.read(), this.sigma(this.movingVariance.read()));
  }

  /** @internal γ/σ along a kernel's channels; those of a depthwise one are its last two axes. */
  kernelFactor(): tf.Tensor {
    return this.factor().reshape(this.latent.shape.slice(channelAxis(this.layer)) as number[]);
  }

  /** The layer with another kernel and bias: it reads each through one property. */
  private run(inputs: tf.Tensor | tf.Tensor[], kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor {
    const { parts, kernelName, latent } = this;
    const beta = parts.bias;
    const give = (value: tf.Tensor) => ({ read: () => value }) as tf.LayerVariable;
    parts[kernelName] = give(kernel);
    parts.bias = give(bias);
    try {
      return this.layer.call(inputs, {}) as tf.Tensor;
    } finally {
      parts[kernelName] = latent;
      parts.bias = beta;
    }
  }
}

function kernelOf(layer: FoldedBatchNorm): FoldedBatchNorm["kernel"] {
  return {
    read: () => tf.tidy(() => tf.mul(layer.latent.read(), layer.kernelFactor())),
    write(values) {
      const { latent } = layer;
      tf.tidy(() => {
        const factor = layer.kernelFactor();
        // Where γ is 0, any W does.
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

tf.serialization.registerClass(FoldedBatchNorm);
