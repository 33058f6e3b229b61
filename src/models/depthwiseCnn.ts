import { tf } from "../tensorflow/index.js";

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
  const sizes = Array.isArray(inputShape) ? inputShape : [];
  const whole = sizes.length === 3 && sizes.every((size) => Number.isInteger(size) && size > 0);
  if (!whole || sizes[0]! % 4 !== 0 || sizes[1]! % 4 !== 0) {
    throw new RangeError(
      `invalid inputShape: [${inputShape}] (expected [height, width, channels] with height and width divisible by 4, as in [8, 8, 1])`,
    );
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(`invalid classes: ${classes} (expected a whole number of at least 1)`);
  }
  if (!Number.isInteger(seed)) {
    throw new RangeError(`invalid seed: ${seed} (expected a whole number)`);
  }
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

function normalized(name: string) {
  return [
    // Moving averages over about ten steps: an epoch of a small data set has no more than twenty.
    tf.layers.batchNormalization({ name: `${name}_bn`, momentum: 0.9 }),
    tf.layers.reLU({ name: `${name}_relu` }),
  ];
}
