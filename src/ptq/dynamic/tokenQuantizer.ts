import type { serialization } from "@tensorflow/tfjs";
import { checkChoice, complaint } from "../../arguments/index.js";
import type { LayerQuantization } from "../../display/index.js";
import { checkLayerOptions } from "../../layers/index.js";
import {
  fakeQuantize,
  formatConfig,
  formatFromConfig,
  type IntegerFormat,
  isFormat,
} from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";

/** The values that share a range: those of a token (a vector along the last axis), or of an example. */
export type Sharing = "token" | "example";

/**
 * A layer that quantizes its input in ranges that the layer finds at run time, by the extreme values of each
 * token (a vector along the last axis) or of each example.
 *
 * @example
 * const layer = new q.ptq.TokenQuantizer({ format: q.uint(2), per: "token" });
 * layer.apply(q.tf.tensor2d([[0.4, 3], [40, 300]])) as q.tf.Tensor; // [ 0, 3, 0, 300 ]
 */
export class TokenQuantizer extends tf.layers.Layer {
  static readonly className = "TokenQuantizer";
  readonly format: IntegerFormat;
  readonly per: Sharing;

  /**
   * @param options `format`; `per`, the values that share a range, `"token"` or `"example"`; `name`
   * @throws TypeError for an option that the layer doesn't have, or if `format` or `per` is missing
   */
  constructor(options: { format: IntegerFormat; per: Sharing; name?: string }) {
    checkLayerOptions("q.ptq.TokenQuantizer", options, ["format", "per"]);
    const { format, per, ...config } = options ?? {};
    super(config);
    if (!isFormat(format)) {
      const [expected, example] = ["an integer format", '{ format: q.int(8), per: "token" }'];
      throw new TypeError(complaint({ name: "format", value: format, expected, example }));
    }
    checkChoice("per", per, ["token", "example"]);
    this.format = format;
    this.per = per;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = [inputs].flat()[0]!;
      const length = x.shape.slice(this.per === "token" ? -1 : 1).reduce((a, b) => a * b, 1);
      // Ranges belong to the last axis, so each token or example becomes a column.
      const columns = x.reshape([-1, length]).transpose();
      const rounded = fakeQuantize(columns, this.format, ranges(columns, this.format));
      return rounded.transpose().reshape(x.shape);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  /**
   * The bits of the format. The ranges aren't known before run time.
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

/** The covering range of each column, as `coveringRange` defines it. */
function ranges(columns: tf.Tensor, { symmetric, smallest, largest }: IntegerFormat) {
  const low = columns.min(0).minimum(0);
  const high = columns.max(0).maximum(0);
  if (!symmetric) return { min: low, max: high };
  const below = low.div(smallest);
  const scale = largest > 0 ? below.maximum(high.div(largest)) : below;
  return { min: scale.mul(smallest), max: scale.mul(largest) };
}

tf.serialization.registerClass(TokenQuantizer);
