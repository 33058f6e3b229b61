import { tf } from "../tensorflow/index.js";
import { chain, convolution, normalized } from "./blocks.js";
import { type Initializers, initializers } from "./initializers.js";
import { checkCounts, checkInputShape } from "./options.js";

/**
 * A residual network of basic blocks: two 3 × 3 convolutions with batch normalization, whose output is
 * added to their input. Sums of what has different ranges are what quantization has to cope with here.
 * He et al. 2016, arXiv:1512.03385, section 4.2, in small; projections where the shape changes. Its
 * outputs are logits.
 *
 * @param options `inputShape`, height, width and channels of an image; `classes`; `filters` of the
 *   first stage, doubled in each further one, which halves the image (default 8); `stages` (default 2)
 *   of `blocks` (default 1) each; `seed` of the initial weights (default 0)
 * @returns a tfjs Layers model, `[batch, height, width, channels]` to `[batch, classes]`
 * @throws RangeError for numbers that aren't whole and at least 1
 * @example
 * q.models.residualCnn({ inputShape: [8, 8, 1], classes: 10 }).countParams(); // 5266
 */
export function residualCnn(
  {
    inputShape,
    classes,
    filters = 8,
    stages = 2,
    blocks = 1,
    seed = 0,
  }: {
    inputShape: [height: number, width: number, channels: number];
    classes: number;
    filters?: number;
    stages?: number;
    blocks?: number;
    seed?: number;
  } = {} as never,
): tf.LayersModel {
  const expected = "[height, width, channels], as in [8, 8, 1]";
  checkInputShape(inputShape, { ranks: [3], expected });
  checkCounts({ classes, filters, stages, blocks });
  const weights = initializers(seed);

  const input = tf.input({ name: "image", shape: inputShape });
  let x = chain(input, convolution("conv", { filters, weights }), ...normalized("conv"));
  for (let stage = 0; stage < stages; stage++) {
    for (let block = 0; block < blocks; block++) {
      const strides = stage > 0 && block === 0 ? 2 : 1;
      const name = `stage${stage + 1}_block${block + 1}`;
      x = residual(x, name, { filters: filters * 2 ** stage, strides, weights });
    }
  }
  const outputs = chain(
    x,
    tf.layers.globalAveragePooling2d({ name: "pool" }),
    tf.layers.dense({ name: "logits", units: classes, kernelInitializer: weights.glorot() }),
  );
  return tf.model({ name: "residual_cnn", inputs: input, outputs });
}

function residual(
  x: tf.SymbolicTensor,
  name: string,
  { filters, strides, weights }: { filters: number; strides: number; weights: Initializers },
): tf.SymbolicTensor {
  const branch = chain(
    x,
    convolution(`${name}_conv1`, { filters, strides, weights }),
    ...normalized(`${name}_conv1`),
    convolution(`${name}_conv2`, { filters, weights }),
    ...normalized(`${name}_conv2`, { activation: "linear" }),
  );
  const projection = `${name}_projection`;
  const shortcut =
    strides === 1 && x.shape.at(-1) === filters
      ? x
      : chain(
          x,
          convolution(projection, { filters, strides, kernelSize: 1, weights }),
          ...normalized(projection, { activation: "linear" }),
        );
  const sum = tf.layers.add({ name: `${name}_add` }).apply([branch, shortcut]);
  return chain(sum as tf.SymbolicTensor, tf.layers.reLU({ name: `${name}_relu` }));
}
