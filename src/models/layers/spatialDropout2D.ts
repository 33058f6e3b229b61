import type { serialization } from "@tensorflow/tfjs";
import { checkShare } from "../../arguments/index.js";
import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { classOf } from "./classOf.js";

/** Options of {@link SpatialDropout2D}. */
export interface SpatialDropout2DOptions {
  name?: string;
  /** The share of the feature maps that is dropped in training, from 0 to below 1. */
  rate: number;
  /** An integer that decides which maps are dropped. Default: chance. */
  seed?: number;
  /** Where the channels stand in `[batch, height, width, channels]`. Default `"channelsLast"`. */
  dataFormat?: "channelsLast" | "channelsFirst";
}

/**
 * Drops whole feature maps of images in training, and scales the others by 1 / (1 − rate). Tompson et al. 2015, arXiv:1411.4280,
 * section 3.2. Input and output are `[batch, height, width, channels]`.
 *
 * @example
 * const dropout = new q.models.layers.SpatialDropout2D({ name: "dropout", rate: 0.2 });
 * dropout.apply(q.tf.ones([2, 4, 4, 3])).shape; // [ 2, 4, 4, 3 ]
 */
export class SpatialDropout2D extends classOf("Dropout") {
  static readonly className = "SpatialDropout2D";
  readonly dataFormat: "channelsLast" | "channelsFirst";

  /** @throws TypeError if the layer doesn't have an option; RangeError if `rate` isn't from 0 to below 1 */
  constructor(options: SpatialDropout2DOptions = {} as never) {
    checkLayerOptions("q.models.layers.SpatialDropout2D", options, [
      "rate",
      "seed",
      "dataFormat",
      "noiseShape",
    ]);
    const { dataFormat = "channelsLast", ...config } = options;
    checkShare("rate", config.rate);
    super({ ...config });
    this.dataFormat = dataFormat;
    this.inputSpec = [{ ndim: 4 }] as never;
  }

  /** @internal The shape of the mask, which is the same at all places of a map. */
  getNoiseShape({ shape }: tf.Tensor): number[] {
    const [batch, second, , last] = shape as [number, number, number, number];
    return this.dataFormat === "channelsFirst" ? [batch, second, 1, 1] : [batch, 1, 1, last];
  }

  override getConfig(): serialization.ConfigDict {
    const { noiseShape: _, ...config } = super.getConfig();
    return { ...config, dataFormat: this.dataFormat };
  }
}

tf.serialization.registerClass(SpatialDropout2D as never);
