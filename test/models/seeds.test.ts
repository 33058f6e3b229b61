import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const image = { inputShape: [8, 8, 1] as [number, number, number], classes: 10 };

/** A weight of a model beside what tfjs's own initializer draws for that seed and shape. */
function drawn(
  model: q.tf.LayersModel,
  layer: string,
  initializer: ReturnType<typeof tf.initializers.zeros>,
) {
  const kernel = model.getLayer(layer).getWeights()[0]!;
  return [kernel.dataSync(), initializer.apply(kernel.shape).dataSync()] as const;
}

// Published results and saved experiments name these seeds: a number must go on drawing what it drew.
describe("the seed of a model, as a number", () => {
  const { heNormal, randomNormal, glorotUniform } = tf.initializers;

  it.each([
    ["depthwiseCnn", "conv", heNormal({ seed: 28 })],
    ["depthwiseCnn", "logits", heNormal({ seed: 31 })],
    ["mlp", "dense1", heNormal({ seed: 7000 })],
    ["residualCnn", "conv", heNormal({ seed: 7000 })],
    ["transformerEncoder", "positions", randomNormal({ stddev: 0.02, seed: 7900 })],
    ["transformerEncoder", "block1_attention_query", glorotUniform({ seed: 7001000 })],
  ] as const)("draws the weights of %s's %s", (name, layer, initializer) => {
    tf.tidy(() => {
      const model = q.models[name]({ ...image, seed: 7 });
      const [kernel, expected] = drawn(model, layer, initializer);
      expect(kernel).toEqual(expected);
      model.dispose();
    });
  });
});

describe("the seed 0, which tfjs's normal distributions take for none", () => {
  const values = (model: q.tf.LayersModel) => {
    const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
    model.dispose();
    return weights;
  };

  it.each(["mlp", "depthwiseCnn", "residualCnn", "lstm", "gru", "transformerEncoder"] as const)(
    "makes the same weights of %s each time, and is the default",
    (name) => {
      const [first, second, text, unsaid] = [{ seed: 0 }, { seed: 0 }, { seed: "0" }, {}].map(
        (seed) => values(q.models[name]({ ...image, ...seed })),
      );
      expect(second).toEqual(first);
      expect(text).toEqual(first);
      expect(unsaid).toEqual(first);
      expect(values(q.models[name]({ ...image, seed: 1 }))).not.toEqual(first);
    },
  );

  it("makes the same positions each time", () => {
    const positions = () => {
      const layer = new q.models.layers.PositionEmbedding({ seed: 0 });
      layer.build([null, 4, 3]);
      return Array.from(layer.getWeights()[0]!.dataSync());
    };
    expect(positions()).toEqual(positions());
  });
});

describe("a seed in words", () => {
  it("stays with the layer that is saved", () => {
    const layer = new q.models.layers.PositionEmbedding({ name: "positions", seed: "run 1" });
    expect(layer.getConfig().seed).toBe("run 1");
    expect(() => new q.models.layers.PositionEmbedding({ seed: 0.5 })).toThrow("invalid seed: 0.5");
  });
});
