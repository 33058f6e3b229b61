import type { serialization } from "@tensorflow/tfjs";
import type { LayerQuantization } from "../display/index.js";
import { formatConfig, formatFromConfig } from "../quantizers/formatConfig.js";
import { fakeQuantize, type IntegerFormat } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";

/** What shares a range: each vector along the last axis, or each example. */
export type Sharing = "token" | "example";

/**
 * A layer that quantizes what passes through it in ranges that it finds at run time: those of the extreme
 * values of each token, a vector along the last axis, or of each example.
 *
 * @example
 * const layer = new q.ptq.TokenQuantizer({ format: q.uint(2), per: "token" });
 * layer.apply(q.tf.tensor2d([[0.4, 3], [40, 300]])) as q.tf.Tensor; // [ 0, 3, 0, 300 ]
 */
export class TokenQuantizer extends tf.layers.Layer {
  static readonly className = "TokenQuantizer";
  readonly format: IntegerFormat;
  readonly per: Sharing;

  constructor({ format, per, ...config }: { format: IntegerFormat; per: Sharing; name?: string }) {
    super(config);
    this.format = format;
    this.per = per;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = [inputs].flat()[0]!;
      const length = x.shape.slice(this.per === "token" ? -1 : 1).reduce((a, b) => a * b, 1);
      // Ranges go with the last axis: a column for each token.
      const columns = x.reshape([-1, length]).transpose();
      const rounded = fakeQuantize(columns, this.format, ranges(columns, this.format));
      return rounded.transpose().reshape(x.shape);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  /**
   * Bits; the ranges aren't known before run time.
   *
   * @example
   * const layer = new q.ptq.TokenQuantizer({ format: q.uint(4), per: "token" });
   * layer.quantization().activations; // { bits: 4 }
   */
  quantization(): LayerQuantization {
    return { activations: { bits: this.format.bits } };
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), format: formatConfig(this.format) as never, per: this.per };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    return new cls({ ...config, format: formatFromConfig(config.format) } as never);
  }
}

/** As coveringRange has them, for each column. */
function ranges(columns: tf.Tensor, { symmetric, smallest, largest }: IntegerFormat) {
  const low = columns.min(0).minimum(0);
  const high = columns.max(0).maximum(0);
  if (!symmetric) return { min: low, max: high };
  const below = low.div(smallest);
  const scale = largest > 0 ? below.maximum(high.div(largest)) : below;
  return { min: scale.mul(smallest), max: scale.mul(largest) };
}

tf.serialization.registerClass(TokenQuantizer);
