import { checkCounts, checkOptions } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import { chain, convolution, normalized } from "./blocks.js";
import { type Initializers, initializers } from "./initializers.js";
import { checkInputShape } from "./options.js";

/** Options of {@link residualCnn}. */
export interface ResidualCnnOptions {
  /** Height, width and channels of an image. */
  inputShape: [height: number, width: number, channels: number];
  /** How many classes there are, each of which has an output. */
  classes: number;
  /** The filters of the first stage. Each further stage doubles them and halves the image. Default 8. */
  filters?: number;
  /** How many stages there are. Default 2. */
  stages?: number;
  /** How many blocks each stage has. Default 1. */
  blocks?: number;
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/**
 * A residual network of basic blocks: two 3 × 3 convolutions with batch normalization, whose output is
 * added to their input. Here quantization has to cope with sums of tensors that have different ranges. The
 * network follows He et al. 2016, arXiv:1512.03385, section 4.2, at a small size, with projections where
 * the shape changes. Its outputs are logits.
 *
 * @returns a tfjs Layers model, `[batch, height, width, channels]` to `[batch, classes]`
 * @throws RangeError if `classes`, `filters`, `stages`, `blocks` or a length in `inputShape` is not a whole
 *   number of at least 1; TypeError if `seed` is neither an integer nor a text
 * @example
 * q.models.residualCnn({ inputShape: [8, 8, 1], classes: 10 }).countParams(); // 5266
 */
export function residualCnn(options: ResidualCnnOptions = {} as never): tf.LayersModel {
  checkOptions<ResidualCnnOptions>("q.models.residualCnn", options, {
    inputShape: true,
    classes: true,
    filters: true,
    stages: true,
    blocks: true,
    seed: true,
  });
  const { inputShape, classes, filters = 8, stages = 2, blocks = 1, seed = 0 } = options;
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
