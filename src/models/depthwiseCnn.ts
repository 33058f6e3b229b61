import { tf } from "../tensorflow/index.js";
import { normalized } from "./blocks.js";
import { checkCounts, checkInputShape, checkSeed } from "./options.js";

/**
 * A small convolutional network with everything that makes quantization interesting: a full, a
 * depthwise and a pointwise convolution (MobileNet's pair, Howard et al. 2017, arXiv:1704.04861),
 * each with batch normalization and ReLU, then a dense layer. Its outputs are logits.
 *
 * @param options `inputShape`, height, width and channels of an image, height and width divisible
 *   by 4; `classes`; `seed` of the initial weights (default 0)
 * @returns a tfjs Layers model, `[batch, height, width, channels]` to `[batch, classes]`
 * @throws RangeError for a shape that two poolings don't halve, and for numbers that aren't whole
 * @example
 * q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 }).countParams(); // 1050 (986 are trained)
 */
export function depthwiseCnn(
  {
    inputShape,
    classes,
    seed = 0,
  }: {
    inputShape: [height: number, width: number, channels: number];
    classes: number;
    seed?: number;
  } = {} as never,
): tf.Sequential {
  const expected =
    "[height, width, channels] with height and width divisible by 4, as in [8, 8, 1]";
  checkInputShape(inputShape, { ranks: [3], expected });
  if (inputShape[0] % 4 !== 0 || inputShape[1] % 4 !== 0) {
    throw new RangeError(`invalid inputShape: [${inputShape}] (expected ${expected})`);
  }
  checkCounts({ classes });
  checkSeed(seed);
  const { conv2d, depthwiseConv2d, maxPooling2d, flatten, dense } = tf.layers;
  const he = (layer: number) => tf.initializers.heNormal({ seed: seed * 4 + layer });
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
