import type { serialization } from "@tensorflow/tfjs";
import { checkCount, checkShare } from "../../arguments/index.js";
import { checkLayerOptions, type Layer } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { AttentionOutput } from "./attentionOutput.js";
import { AttentionScores } from "./attentionScores.js";

type DenseOptions = Parameters<typeof tf.layers.dense>[0];

/** Options of the four projections of {@link MultiHeadAttention}. */
type ProjectionOptions = Pick<
  DenseOptions,
  | "useBias"
  | "kernelInitializer"
  | "biasInitializer"
  | "kernelRegularizer"
  | "biasRegularizer"
  | "kernelConstraint"
  | "biasConstraint"
>;

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions extends ProjectionOptions {
  name?: string;
  trainable?: boolean;
  /** How many heads there are. */
  numHeads: number;
  /** The number of features of a query and of a key in each head. */
  keyDim: number;
  /** The number of features of a value in each head. Default `keyDim`. */
  valueDim?: number | null;
  /** The number of features of the output. Default: as many as the first input has. */
  outputShape?: number | number[] | null;
  /** The share of the attention that is dropped in training, from 0 to 1. Default 0. */
  dropout?: number;
  /** Whether a step sees itself and earlier steps alone. Default false. */
  useCausalMask?: boolean;
}

const projectionOptions = [
  ...["useBias", "kernelInitializer", "biasInitializer", "kernelRegularizer"],
  ...["biasRegularizer", "kernelConstraint", "biasConstraint"],
];

/**
 * Multi-head attention as one layer, as Keras has it: projections to queries, keys and values, their scores, a softmax, the
 * mean of the values, and a projection. Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2. `q.models.layers.selfAttention` makes the
 * same of layers that can be looked at one by one.
 *
 * Inputs are `[query, value, key]`, each `[batch, steps, features]`; the key may be left out (it is the value then), and the value too
 * (self-attention). The output is `[batch, steps of the query, features]`.
 *
 * @example
 * const attention = new q.models.layers.MultiHeadAttention({ name: "attention", numHeads: 2, keyDim: 4 });
 * attention.apply([q.tf.ones([2, 5, 8]), q.tf.ones([2, 7, 6])]).shape; // [ 2, 5, 8 ]
 */
export class MultiHeadAttention extends tf.layers.Layer {
  static readonly className = "MultiHeadAttention";
  readonly query: Layer;
  readonly key: Layer;
  readonly value: Layer;
  readonly scores: Layer;
  readonly softmax: Layer;
  readonly dropoutLayer: Layer;
  readonly mixed: Layer;
  /** The projection of the output, which exists once the features are known. */
  projection!: Layer;
  private readonly options: MultiHeadAttentionOptions;

  /**
   * @throws TypeError if the layer doesn't have an option; RangeError if a count isn't a whole number of at least 1
   */
  constructor(options: MultiHeadAttentionOptions = {} as never) {
    checkLayerOptions("q.models.layers.MultiHeadAttention", options, [
      ...["numHeads", "keyDim", "valueDim", "outputShape", "dropout", "useCausalMask"],
      ...projectionOptions,
    ]);
    const { name, trainable } = options;
    super({ name, ...(trainable !== undefined && { trainable }) });
    const { numHeads, keyDim, valueDim, dropout = 0 } = options;
    checkCount("numHeads", numHeads);
    checkCount("keyDim", keyDim);
    if (valueDim != null) checkCount("valueDim", valueDim);
    checkShare("dropout", dropout);
    this.options = { ...options };
    this.query = this.dense("query", numHeads * keyDim);
    this.key = this.dense("key", numHeads * keyDim);
    this.value = this.dense("value", numHeads * (valueDim ?? keyDim));
    this.scores = new AttentionScores({ name: "scores", heads: numHeads });
    this.softmax = tf.layers.softmax({ name: "softmax", axis: -1 });
    this.dropoutLayer = tf.layers.dropout({ name: "dropout", rate: dropout });
    this.mixed = new AttentionOutput({ name: "mixed" });
  }

  /** @internal The parts that have weights, by the names that Keras gives them in a file. */
  get kerasParts(): Readonly<Record<string, Layer>> {
    const { query, key, value, projection } = this;
    return { query_dense: query, key_dense: key, value_dense: value, output_dense: projection };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shapes = shapesOf(inputShape);
    const [query, value, key] = shapes.map((shape) => shape.at(-1)!) as [number, number, number];
    const { numHeads, keyDim, valueDim, outputShape } = this.options;
    const [features = query] = outputShape == null ? [] : [outputShape].flat();
    this.projection = this.dense("projection", features);
    const sizes = [query, key, value, numHeads * (valueDim ?? keyDim)];
    for (const [i, part] of Object.values(this.kerasParts).entries()) {
      // A call names the weights after this layer and the part.
      tf.tidy(() => void part.apply(tf.zeros([1, 1, sizes[i]!])));
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: object): tf.Tensor {
    return tf.tidy(() => {
      const [x, values = x, keys = values] = [inputs].flat() as tf.Tensor[];
      const run = (part: Layer, input: tf.Tensor | tf.Tensor[]) =>
        part.call(input, options) as tf.Tensor;
      const [q, k, v] = [run(this.query, x!), run(this.key, keys!), run(this.value, values!)];
      const scores = run(this.scores, [q, k]);
      const seen = this.options.useCausalMask ? causal(scores) : scores;
      const attention = run(this.dropoutLayer, run(this.softmax, seen));
      return run(this.projection, run(this.mixed, [[attention].flat()[0]!, v]));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [query] = shapesOf(inputShape);
    const { outputShape } = this.options;
    const [features = query!.at(-1)!] = outputShape == null ? [] : [outputShape].flat();
    return [...query!.slice(0, -1), features];
  }

  override get trainableWeights(): tf.LayerVariable[] {
    return this.trainable ? this.parts().flatMap((part) => part.trainableWeights) : [];
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    return this.parts().flatMap((part) =>
      this.trainable ? part.nonTrainableWeights : part.weights,
    );
  }

  override calculateLosses(): tf.Scalar[] {
    return this.parts().flatMap((part) => part.calculateLosses());
  }

  override getConfig(): serialization.ConfigDict {
    const { numHeads, keyDim, valueDim = null, outputShape = null, dropout = 0 } = this.options;
    const ofParts = Object.entries(this.query.getConfig()).filter(([name]) =>
      projectionOptions.includes(name),
    );
    return {
      ...super.getConfig(),
      ...Object.fromEntries(ofParts),
      ...{ numHeads, keyDim, valueDim, outputShape, dropout },
      useCausalMask: this.options.useCausalMask ?? false,
    };
  }

  private parts(): Layer[] {
    // Before the layer is built, there is no projection.
    return this.projection ? Object.values(this.kerasParts) : [];
  }

  private dense(name: string, units: number): Layer {
    const stated = Object.entries(this.options).filter(([option]) =>
      projectionOptions.includes(option),
    );
    return tf.layers.dense({ ...Object.fromEntries(stated), name, units });
  }
}

/** The shapes of query, value and key. */
function shapesOf(inputShape: tf.Shape | tf.Shape[]): tf.Shape[] {
  const list = Array.isArray(inputShape[0]) ? (inputShape as tf.Shape[]) : [inputShape as tf.Shape];
  const [query, value = query!, key = value] = list;
  return [query!, value, key];
}

/** Scores `[batch, heads, steps, others]` in which a step doesn't see what comes after it. */
function causal(scores: tf.Tensor): tf.Tensor {
  const [steps, others] = scores.shape.slice(-2) as [number, number];
  const [rows, columns] = [tf.range(0, steps).expandDims(1), tf.range(0, others)];
  const hidden = tf.greater(columns, rows).cast("float32");
  return tf.sub(scores, tf.mul(hidden, 1e9));
}

tf.serialization.registerClass(MultiHeadAttention);
