import { checkCounts, checkNumber, checkOptions } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import { chain, convolution, normalized } from "./blocks.js";
import { type Initializers, initializers } from "./initializers.js";
import { checkInputShape } from "./options.js";

/**
 * Sandler et al. 2018, table 2: expansion t, channels c, repeats n, and the stride s of the first repeat.
 */
const table = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Options of {@link mobileNetV2}. */
export interface MobileNetV2Options {
  /** Height, width and channels of an image. */
  inputShape: [height: number, width: number, channels: number];
  /** How many classes there are, each of which has an output. */
  classes: number;
  /** The factor of all channels, above 0; the last layer's channels only grow. Channels are multiples of 8. Default 1. */
  width?: number;
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/**
 * MobileNetV2: inverted residuals with linear bottlenecks, depthwise convolutions and ReLU6. Per-tensor
 * quantization is known to break this network. Sandler et al. 2018, arXiv:1801.04381, table 2. Its outputs
 * are logits.
 *
 * Images from 128 pixels on are halved five times, as in the paper; for smaller images the first strides
 * are left out, so that the last map keeps at least 4 × 4.
 *
 * @returns a tfjs Layers model, `[batch, height, width, channels]` to `[batch, classes]`
 * @throws RangeError if `classes` or a length in `inputShape` is not a whole number of at least 1,
 *   or if `width` is not a finite number above 0; TypeError if `seed` is neither an integer nor a text
 * @example
 * q.models.mobileNetV2({ width: 0.35, inputShape: [96, 96, 3], classes: 10 }).countParams(); // 423018
 */
export function mobileNetV2(options: MobileNetV2Options = {} as never): tf.LayersModel {
  checkOptions<MobileNetV2Options>("q.models.mobileNetV2", options, {
    inputShape: true,
    classes: true,
    width: true,
    seed: true,
  });
  const { inputShape, classes, width = 1, seed = 0 } = options;
  const expected = "[height, width, channels], as in [32, 32, 3]";
  checkInputShape(inputShape, { ranks: [3], expected });
  checkCounts({ classes });
  checkNumber("width", width, { above: 0, example: "0.35" });
  const weights = initializers(seed);
  const strideOf = strides(Math.min(inputShape[0], inputShape[1]));

  const input = tf.input({ name: "image", shape: inputShape });
  const first = { filters: multipleOf8(32 * width), strides: strideOf(2), weights };
  let x = chain(input, convolution("conv", first), ...relu6("conv"));
  let block = 0;
  for (const [expansion, channels, repeats, stride] of table) {
    for (let i = 0; i < repeats; i++) {
      x = invertedResidual(x, `block${++block}`, {
        expansion,
        filters: multipleOf8(channels * width),
        strides: i === 0 ? strideOf(stride) : 1,
        weights,
      });
    }
  }
  const outputs = chain(
    x,
    convolution("features", {
      filters: multipleOf8(1280 * Math.max(1, width)),
      kernelSize: 1,
      weights,
    }),
    ...relu6("features"),
    tf.layers.globalAveragePooling2d({ name: "pool" }),
    tf.layers.dense({ name: "logits", units: classes, kernelInitializer: weights.glorot() }),
  );
  return tf.model({ name: "mobilenet_v2", inputs: input, outputs });
}

const relu6 = (name: string) => normalized(name, { activation: "relu6" });

/** Figure 4d of the paper: expand, filter each channel, project without a nonlinearity, add. */
function invertedResidual(
  x: tf.SymbolicTensor,
  name: string,
  options: { expansion: number; filters: number; strides: number; weights: Initializers },
): tf.SymbolicTensor {
  const { expansion, filters, strides, weights } = options;
  const channels = x.shape.at(-1)!;
  const [expand, depthwise, project] = ["expand", "depthwise", "project"].map(
    (part) => `${name}_${part}`,
  ) as [string, string, string];
  const expanded =
    expansion === 1
      ? x
      : chain(
          x,
          convolution(expand, { filters: expansion * channels, kernelSize: 1, weights }),
          ...relu6(expand),
        );
  const projected = chain(
    expanded,
    tf.layers.depthwiseConv2d({
      name: depthwise,
      kernelSize: 3,
      strides,
      padding: "same",
      useBias: false,
      depthwiseInitializer: weights.he(),
    }),
    ...relu6(depthwise),
    convolution(project, { filters, kernelSize: 1, weights }),
    ...normalized(project, { activation: "linear" }),
  );
  if (strides > 1 || channels !== filters) return projected;
  return tf.layers.add({ name: `${name}_add` }).apply([x, projected]) as tf.SymbolicTensor;
}

/**
 * Makes the first strides of 2 strides of 1, until only as many are left as the image can be halved.
 */
function strides(size: number): (stride: number) => number {
  let skipped = 5 - Math.min(5, Math.max(0, Math.floor(Math.log2(size / 4))));
  return (stride) => (stride === 2 && skipped-- > 0 ? 1 : stride);
}

/**
 * Rounds as the authors' code does: to the nearest multiple of 8, but never down by more than a tenth.
 */
function multipleOf8(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
