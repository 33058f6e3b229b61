import { beforeAll, describe, expect, it } from "vitest";
import { type Dataset, digits } from "../../src/datasets/index.js";
import * as models from "../../src/models/index.js";
import type { tf } from "../../src/tensorflow/index.js";
import * as training from "../../src/train/index.js";
import { whole } from "../fixtures/index.js";

let train: Dataset;
let test: Dataset;
beforeAll(async () => {
  const parts = await digits();
  // 18 whole batches: a smaller last one would be a second graph, which takes a large model long to make.
  train = parts.train.take(1152);
  test = parts.test;
});
const image = { inputShape: [8, 8, 1] as [number, number, number], classes: 10 };

/** The least accuracy on the 600 test digits: the measured accuracy, less three standard errors and more. */
const cases: [string, () => tf.LayersModel, training.FitOptions, number][] = [
  ["mlp", () => models.mlp(image), { epochs: 10 }, 0.94], // 96.7 %
  ["residualCnn", () => models.residualCnn(image), { epochs: 10 }, 0.95], // 97.5–98.5 %
  ["mobileNetV2", () => models.mobileNetV2({ ...image, width: 0.25 }), { epochs: 4 }, 0.9], // 96 %
  ["lstm", () => models.lstm(image), { epochs: 15 }, 0.92], // 95.5–96.2 %
  ["gru", () => models.gru(image), { epochs: 15 }, 0.92], // 95.8–96.2 %
  [
    "transformerEncoder",
    () => models.transformerEncoder(image),
    { epochs: 12, learningRate: 0.005 },
    0.9, // 94 % after 8 epochs
  ],
];

// MobileNetV2 takes as long as all others together.
const trained = cases.filter(([name]) => whole || name !== "mobileNetV2");

describe("trained on the digits", () => {
  it.each(trained)(
    "%s names at least as many right as it should",
    async (_, make, options, least) => {
      const model = make();
      await training.fit(model, train, { ...options, progress: false });
      const reached = training.accuracy(model, test);
      console.log(`${model.name}: ${(100 * reached).toFixed(1)} % in ${options.epochs} epochs`);
      expect(reached).toBeGreaterThan(least);
      model.dispose();
    },
  );
});
