import * as q from "../../src/index.js";
import { type Kind, kind, logits, norm, relu, through } from "./kind.js";

const { tf } = q;
const { layers } = tf;
type Symbolic = q.tf.SymbolicTensor;

/** Models whose layers share, branch, or stand inside each other. */
export const composites: Kind[] = [
  kind("a layer used twice", [4], { first: 16, tied: 2 * 16, logits: 12 }, () => {
    const input = tf.input({ shape: [4], name: "values" });
    const tied = layers.dense({ name: "tied", units: 4, activation: "relu" });
    const first = layers.dense({ name: "first", units: 4 }).apply(input) as Symbolic;
    const twice = tied.apply(tied.apply(first)) as Symbolic;
    return tf.model({ inputs: input, outputs: logits().apply(twice) as Symbolic });
  }),
  kind("a model inside the model", [6], { first: 24, inside: 16, logits: 12 }, () => {
    const base = tf.sequential({
      name: "base",
      layers: [
        layers.dense({ name: "first", units: 4, inputShape: [6], activation: "relu" }),
        layers.dense({ name: "inside", units: 4, activation: "relu" }),
      ],
    });
    const input = tf.input({ shape: [6], name: "values" });
    return tf.model({
      inputs: input,
      outputs: logits().apply(base.apply(input) as Symbolic) as Symbolic,
    });
  }),
  kind(
    "models inside each other",
    [6, 6, 2],
    { first: 16 * 72, inside: 16 * 16, logits: 12 },
    () => {
      const inner = tf.sequential({
        name: "inner",
        layers: [
          layers.conv2d({ name: "inside", filters: 4, kernelSize: 1, inputShape: [4, 4, 4] }),
          norm(),
          relu(),
        ],
      });
      const base = tf.sequential({
        name: "base",
        layers: [
          layers.conv2d({ name: "first", filters: 4, kernelSize: 3, inputShape: [6, 6, 2] }),
          layers.batchNormalization({ name: "firstNorm" }),
          layers.reLU({ name: "firstRelu" }),
          inner,
        ],
      });
      return through([6, 6, 2], base, layers.globalAveragePooling2d({}), logits());
    },
  ),
  kind("branches", [6], { first: 24, left: 16, right: 16, logits: 12 }, () => {
    const input = tf.input({ shape: [6], name: "values" });
    const first = layers.dense({ name: "first", units: 4, activation: "relu" }).apply(input);
    const [left, right] = ["left", "right"].map(
      (name) => layers.dense({ name, units: 4 }).apply(first) as Symbolic,
    );
    const sum = layers.add({ name: "sum" }).apply([left!, right!]) as Symbolic;
    const dropout = layers.dropout({ rate: 0.2 }).apply(relu().apply(sum)) as Symbolic;
    return tf.model({ inputs: input, outputs: logits().apply(dropout) as Symbolic });
  }),
  kind(
    "attention",
    [4, 4],
    {
      embedding: 4 * 16,
      query: 4 * 16,
      key: 4 * 16,
      value: 4 * 16,
      scores: 16 * 4,
      mean: 16 * 4,
      projection: 4 * 16,
      logits: 12,
    },
    () => {
      const input = tf.input({ shape: [4, 4], name: "values" });
      const dense = (name: string, x: unknown) =>
        layers.dense({ name, units: 4 }).apply(x as Symbolic) as Symbolic;
      const positions = new q.models.layers.PositionEmbedding({ name: "positions" });
      const x = positions.apply(dense("embedding", input)) as Symbolic;
      const normalized = new q.models.layers.LayerNorm({ name: "norm" }).apply(x) as Symbolic;
      const [query, key, value] = ["query", "key", "value"].map((name) => dense(name, normalized));
      const scores = new q.models.layers.AttentionScores({ name: "scores", heads: 2 });
      const softmax = layers.softmax({ axis: -1 });
      const attention = softmax.apply(scores.apply([query!, key!])) as Symbolic;
      const output = new q.models.layers.AttentionOutput({ name: "mean" });
      const mixed = dense("projection", output.apply([attention, value!]));
      const pooled = layers.globalAveragePooling1d({}).apply(mixed) as Symbolic;
      return tf.model({ inputs: input, outputs: logits().apply(pooled) as Symbolic });
    },
  ),
];
