import type { tf } from "../../tensorflow/index.js";
import type { Layer } from "../layer.js";
import { weightAt } from "../parts.js";
import { product } from "../positions.js";
import type { LayerRule, LayerShapes, RuleTable } from "../rule.js";

/** The operations of the values' mean: each feature of one input is multiplied with each step of the other. */
const multiplies: LayerRule["macs"] = (layer, { inputs }) => {
  const [scores, values] = inputs;
  return product(layer, scores!.slice(1)) * (values!.at(-1)! / scores![1]!);
};

const projection = { outputs: -1, inputs: -2, from: "inside", to: "inside" } as const;

/** Each step is projected, and each step of the query meets each step of the values, twice. */
function attends(layer: Layer, { inputs, output }: LayerShapes): number {
  const [query, value = query!, key = value] = inputs;
  const steps = (shape: tf.Shape) => product(layer, [shape[1]!]);
  const size = (path: string) => product(layer, weightAt(layer, path).shape);
  const features = (path: string) => weightAt(layer, path).shape.at(-1)!;
  const projections =
    steps(query!) * size("query.kernel") +
    steps(key) * size("key.kernel") +
    steps(value) * size("value.kernel") +
    steps(output) * size("projection.kernel");
  const products = features("query.kernel") + features("value.kernel");
  return projections + steps(query!) * steps(value) * products;
}

/** @internal The parts of attention, whose projections are Dense layers, and rotations of activations. */
export const attention: RuleTable = {
  AttentionScores: {
    role: "computes",
    // [batch, heads, steps, others], each a product of two vectors of features / heads.
    macs: (layer, { inputs, output }) =>
      product(layer, output.slice(1)) * (inputs[0]!.at(-1)! / output[1]!),
  },
  AttentionOutput: {
    role: "computes",
    macs: multiplies,
    // The layer takes means of the values, its second input, feature by feature.
    passesFactor: (_, { inputs }) => inputs.length === 1 && inputs[0] === 1,
    // Each head has its own features.
    passesMatrix: (_, { inputs }) => inputs[0]![1]!,
  },
  // The four projections are Dense layers inside.
  MultiHeadAttention: {
    role: "computes",
    weights: {
      "query.kernel": projection,
      "key.kernel": projection,
      "value.kernel": projection,
      "projection.kernel": projection,
    },
    values: {
      queries: ["query"],
      keys: ["key"],
      values: ["value"],
      scores: ["scores"],
      attention: ["softmax"],
      mixed: ["mixed"],
    },
    macs: attends,
  },
  PositionEmbedding: { role: "computes" },
  Rotation: { role: "computes", quantizesAfter: true },
};
