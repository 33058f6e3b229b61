import { expect, it } from "vitest";
import * as q from "../../src/index.js";

/** Zeros of a shape, as a data set. */
const data = (shape: number[], classes: number) => ({ xs: q.tf.zeros(shape), classes });
const outputOf = (model: q.tf.LayersModel) => [model.name, model.outputs[0]!.shape[1]];

it("forData gives images a convolutional network, and all else dense layers", () => {
  for (const [shape, classes, expected] of [
    [[5, 8, 8, 1], 10, ["depthwise_cnn", 10]],
    [[5, 28, 28, 3], 2, ["depthwise_cnn", 2]],
    [[5, 9, 8, 1], 3, ["mlp", 3]],
    [[1, 4], 3, ["mlp", 3]],
    [[5, 16, 4], 0, ["mlp", 1]],
  ] as const) {
    const given = data([...shape], classes);
    const model = q.models.forData(given, { seed: 1 });
    expect(outputOf(model)).toEqual(expected);
    model.dispose();
    given.xs.dispose();
  }
});

it("forData draws the weights that the network itself draws from a seed", () => {
  const given = data([1, 8, 8, 1], 10);
  const ours = q.models.forData(given, { seed: 3 });
  const theirs = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 3 });
  const first = (model: q.tf.LayersModel) => model.getWeights()[0]!.dataSync();
  expect(first(ours)).toEqual(first(theirs));
  for (const each of [ours, theirs, given.xs]) each.dispose();
});

it("forData names what isn't a data set", () => {
  expect(() => q.models.forData([1, 2] as never)).toThrow(
    "invalid data: 1,2 (expected a data set, as in q.models.forData(train, { seed: 1 }))",
  );
  expect(() => q.models.forData(undefined as never)).toThrow("invalid data: undefined");
});
