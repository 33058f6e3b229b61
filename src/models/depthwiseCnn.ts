import { checkCounts, checkOptions } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import { normalized } from "./blocks.js";
import { heNormal, numberOf } from "./initializers.js";
import { checkInputShape } from "./options.js";

/** Options of {@link depthwiseCnn}. */
export interface DepthwiseCnnOptions {
  /** Height, width and channels of an image, height and width divisible by 4. */
  inputShape: [height: number, width: number, channels: number];
  /** How many classes there are, each of which has an output. */
  classes: number;
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/**
 * A small convolutional network with everything that makes quantization interesting: a full, a
 * depthwise and a pointwise convolution (MobileNet's pair, Howard et al. 2017, arXiv:1704.04861),
 * each with batch normalization and ReLU, then a dense layer. Its outputs are logits.
 *
 * @returns a tfjs Layers model, `[batch, height, width, channels]` to `[batch, classes]`
 * @throws RangeError if `inputShape` is not three whole numbers with height and width divisible by 4, or if
 *   `classes` is not a whole number of at least 1; TypeError if `seed` is neither an integer nor a text
 * @example
 * q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 }).countParams(); // 1050 (986 are trained)
 */
export function depthwiseCnn(options: DepthwiseCnnOptions = {} as never): tf.Sequential {
  checkOptions<DepthwiseCnnOptions>("q.models.depthwiseCnn", options, {
    inputShape: true,
    classes: true,
    seed: true,
  });
  const { inputShape, classes, seed = 0 } = options;
  const expected =
    "[height, width, channels] with height and width divisible by 4, as in [8, 8, 1]";
  checkInputShape(inputShape, { ranks: [3], expected });
  if (inputShape[0] % 4 !== 0 || inputShape[1] % 4 !== 0) {
    throw new RangeError(`invalid inputShape: [${inputShape}] (expected ${expected})`);
  }
  checkCounts({ classes });
  const first = numberOf(seed) * 4;
  const { conv2d, depthwiseConv2d, maxPooling2d, flatten, dense } = tf.layers;
  const he = (layer: number) => heNormal(first + layer);
  const shared = { kernelSize: 3, padding: "same", useBias: false } as const;

  return tf.sequential({
    name: "depthwise_cnn",
    layers: [
      conv2d({ name: "conv", inputShape, filters: 8, ...shared, kernelInitializer: he(0) }),
      ...normalized("conv"),
      maxPooling2d({ name: "pool", poolSize: 2 }),
      depthwiseConv2d({ name: "depthwise", ...shared, depthwiseInitializer: he(1) }),
      ...normalized("depthwise"),
      conv2d({
        name: "pointwise",
        filters: 16,
        kernelSize: 1,
        useBias: false,
        kernelInitializer: he(2),
      }),
      ...normalized("pointwise"),
      maxPooling2d({ name: "pool2", poolSize: 2 }),
      flatten({ name: "flatten" }),
      dense({ name: "logits", units: classes, kernelInitializer: he(3) }),
    ],
  });
}
