import { checkCounts, checkOptions } from "../arguments/index.js";
import type { Layer } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import { chain } from "./blocks.js";
import { type Initializers, initializers, numberOf } from "./initializers.js";
import { LayerNorm } from "./layers/layerNorm.js";
import { PositionEmbedding } from "./layers/positionEmbedding.js";
import { selfAttention } from "./layers/selfAttention.js";
import { checkSequenceShape, type SequenceShape } from "./sequence.js";

/** Options of {@link transformerEncoder}. */
export interface TransformerEncoderOptions {
  /** Steps and features of a sequence, or height, width and channels of an image. */
  inputShape: SequenceShape;
  /** How many classes there are, each of which has an output. */
  classes: number;
  /** Height and width of an image's patches, which divide the image; `[1, width]` makes a token of each row. Default `[2, 2]`. */
  patch?: [height: number, width: number];
  /** The units of a token. Default 32. */
  units?: number;
  /** The attention heads of a block, a number that divides `units`. Default 4. */
  heads?: number;
  /** How many blocks there are. Default 2. */
  blocks?: number;
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/**
 * A transformer encoder: patches of an image (or the steps of a sequence) become tokens, and in each
 * block every token attends to all of them, then goes through two dense layers. Attention and dense layers
 * read their input normalized, and their output is added to the input. Vaswani et al. 2017,
 * arXiv:1706.03762; patches and order as in the vision transformer, Dosovitskiy et al. 2021,
 * arXiv:2010.11929, with ReLU for GELU and the tokens' mean for a class token. Its outputs are logits.
 *
 * @returns a tfjs Layers model, `[batch, …inputShape]` to `[batch, classes]`
 * @throws RangeError if `classes`, `units`, `heads`, `blocks` or a length in `inputShape` is not a whole
 *   number of at least 1, or if `heads` doesn't divide `units` or `patch` the image; TypeError if `seed` is
 *   neither an integer nor a text
 * @example
 * const model = q.models.transformerEncoder({ inputShape: [8, 8, 1], classes: 10 });
 * model.getLayer("patches").outputShape; // [ null, 4, 4, 32 ] (16 tokens)
 * model.countParams(); // 18154
 */
export function transformerEncoder(
  options: TransformerEncoderOptions = {} as never,
): tf.LayersModel {
  checkOptions<TransformerEncoderOptions>("q.models.transformerEncoder", options, {
    inputShape: true,
    classes: true,
    patch: true,
    units: true,
    heads: true,
    blocks: true,
    seed: true,
  });
  const {
    inputShape,
    classes,
    patch = [2, 2],
    units = 32,
    heads = 4,
    blocks = 2,
    seed = 0,
  } = options;
  checkSequenceShape(inputShape);
  checkCounts({ classes, units, heads, blocks });
  if (units % heads !== 0) {
    throw new RangeError(
      `invalid heads: ${heads} (expected a whole number that divides units, ${units})`,
    );
  }
  const weights = initializers(seed);
  const first = numberOf(seed) * 1000;
  const input = tf.input({ name: "input", shape: inputShape });
  let x = chain(
    input,
    ...tokens(inputShape, { patch, units, weights }),
    new PositionEmbedding({ name: "positions", seed: first + 900 }),
  );
  for (let block = 1; block <= blocks; block++) {
    const name = `block${block}`;
    const normal = chain(x, new LayerNorm({ name: `${name}_norm1` }));
    // Each block has a different seed, an integer.
    const options = { heads, name: `${name}_attention`, seed: first + block };
    x = sum(`${name}_add1`, x, selfAttention(normal, options));
    x = sum(`${name}_add2`, x, chain(x, ...feedForward(name, { units, weights })));
  }
  const outputs = chain(
    x,
    new LayerNorm({ name: "norm" }),
    tf.layers.globalAveragePooling1d({ name: "mean" }),
    tf.layers.dense({ name: "logits", units: classes, kernelInitializer: weights.glorot() }),
  );
  return tf.model({ name: "transformer_encoder", inputs: input, outputs });
}

/** The layers that turn the input into tokens, `[batch, tokens, units]`. */
function tokens(
  inputShape: SequenceShape,
  { patch, units, weights }: { patch: [number, number]; units: number; weights: Initializers },
): Layer[] {
  const kernelInitializer = weights.glorot();
  if (inputShape.length === 2) {
    return [tf.layers.dense({ name: "embedding", units, kernelInitializer })];
  }
  const [height, width] = inputShape;
  const sizes: unknown[] = Array.isArray(patch) ? patch : [];
  const divides = (size: unknown, of: number) => Number.isInteger(size) && of % Number(size) === 0;
  if (sizes.length !== 2 || !divides(sizes[0], height) || !divides(sizes[1], width)) {
    throw new RangeError(
      `invalid patch: [${patch}] (expected a height and a width that divide those of the image, ${height} and ${width})`,
    );
  }
  const count = (height / patch[0]) * (width / patch[1]);
  return [
    tf.layers.conv2d({
      name: "patches",
      filters: units,
      kernelSize: patch,
      strides: patch,
      kernelInitializer,
    }),
    tf.layers.reshape({ name: "tokens", targetShape: [count, units] }),
  ];
}

function feedForward(
  name: string,
  { units, weights }: { units: number; weights: Initializers },
): Layer[] {
  const { dense, reLU } = tf.layers;
  return [
    new LayerNorm({ name: `${name}_norm2` }),
    dense({ name: `${name}_dense1`, units: 2 * units, kernelInitializer: weights.he() }),
    reLU({ name: `${name}_relu` }),
    dense({ name: `${name}_dense2`, units, kernelInitializer: weights.glorot() }),
  ];
}

function sum(name: string, ...inputs: tf.SymbolicTensor[]): tf.SymbolicTensor {
  return tf.layers.add({ name }).apply(inputs) as tf.SymbolicTensor;
}
