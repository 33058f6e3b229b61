import { describe, expect, it } from "vitest";
import { layers } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/index.js";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/models.json" with { type: "json" };

/** Values from −1 to below 1, one tensor after the other, as test/peers/models.py makes them. */
function tensors(seed: number, shapes: number[][]): tf.Tensor[] {
  const next = generator(seed);
  return shapes.map((shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => 2 * next() - 1),
      shape,
    );
  });
}

/** A model's output, and the gradient of its sum weighted by `weight`, against expected ones. */
function expectSame(
  model: tf.LayersModel,
  [x, weight]: tf.Tensor[],
  expected: { value: number[]; gradient: number[] },
) {
  const value = (input: tf.Tensor) => model.apply(input) as tf.Tensor;
  const close = (given: tf.Tensor, wanted: number[]) =>
    given.dataSync().forEach((number, i) => {
      expect(Math.abs(number - wanted[i]!)).toBeLessThan(2e-6 * Math.max(...wanted.map(Math.abs)));
    });
  const gradient = tf.grad((input) => value(input).mul(weight!).sum())(x!);
  expect(value(x!).size).toBe(expected.value.length);
  close(value(x!), expected.value);
  close(gradient, expected.gradient);
}

function functional(
  shape: number[],
  make: (x: tf.SymbolicTensor) => tf.SymbolicTensor,
): tf.LayersModel {
  const input = tf.input({ shape: shape.slice(1) });
  return tf.model({ inputs: input, outputs: make(input) });
}

describe("self-attention", () => {
  it.each(golden.attention)(
    "of shape $shape in $heads heads is PyTorch's, its gradient too",
    (given) => {
      const features = given.shape[2]!;
      const pair = [[features, features], [features]];
      const shapes = [given.shape, given.shape, ...pair, ...pair, ...pair, ...pair];
      const [x, weight, ...parameters] = tensors(given.seed, shapes);
      const model = functional(given.shape, (input) =>
        layers.selfAttention(input, { heads: given.heads }),
      );
      ["query", "key", "value", "projection"].forEach((part, i) => {
        model.getLayer(`attention_${part}`).setWeights(parameters.slice(2 * i, 2 * i + 2));
      });
      expectSame(model, [x!, weight!], given);
    },
  );

  it("refuses heads that don't divide the features", () => {
    const input = tf.input({ shape: [4, 6] });
    expect(() => layers.selfAttention(input, { heads: 4 })).toThrow(
      "invalid heads: 4 (expected a whole number of at least 1 that divides the 6 features)",
    );
    expect(() => new layers.AttentionScores({ heads: 0 })).toThrow("invalid heads: 0");
  });
});

describe("LayerNorm", () => {
  it.each(golden.normalization)("of shape $shape is PyTorch's, its gradient too", (given) => {
    const { shape, epsilon } = given;
    const [x, weight, gamma, beta] = tensors(given.seed, [
      shape,
      shape,
      ...Array(2).fill(shape.slice(-1)),
    ]);
    const norm = new layers.LayerNorm({ epsilon });
    const model = functional(shape, (input) => norm.apply(input) as tf.SymbolicTensor);
    norm.setWeights([gamma!, beta!]);
    expectSame(model, [x!, weight!], given);
  });

  it("refuses an epsilon of 0", () => {
    expect(() => new layers.LayerNorm({ epsilon: 0 })).toThrow("invalid epsilon: 0");
  });
});

describe("PositionEmbedding", () => {
  it("adds what its seed decides, the same in each example", () => {
    const make = (seed: number) => {
      const layer = new layers.PositionEmbedding({ seed });
      const [a, b] = tf.unstack(layer.apply(tf.ones([2, 3, 4])) as tf.Tensor);
      expect(a!.dataSync()).toEqual(b!.dataSync());
      return a!.dataSync();
    };
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });
});
