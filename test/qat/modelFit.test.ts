import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { digits } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;
let model: q.tf.LayersModel;

beforeAll(async () => {
  train = (await digits()).train.take(96);
  const { layers, initializers } = tf;
  const kernelInitializer = (seed: number) => initializers.heNormal({ seed });
  model = tf.sequential({
    layers: [
      layers.conv2d({
        inputShape: [8, 8, 1],
        filters: 3,
        kernelSize: 3,
        strides: 2,
        kernelInitializer: kernelInitializer(1),
      }),
      layers.batchNormalization({ momentum: 0.9 }),
      layers.reLU(),
      layers.flatten(),
      layers.dense({ units: 10, kernelInitializer: kernelInitializer(2) }),
    ],
  });
});

const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
const values = (one: q.tf.LayersModel) => one.getWeights().map((w) => [...w.dataSync()]);

describe("a prepared model", () => {
  const cases: [string, Partial<q.PrepareOptions>][] = [
    ["clippedSte", {}],
    ["clippedSte, ranges that follow", { movingAverage: true }],
    ["lsq", { estimator: "lsq" }],
    ["pact and dorefa", { estimator: { activations: "pact", weights: "dorefa" } }],
    ["tqt, batch normalization trained", { estimator: "tqt", batchNorm: "train" }],
    [
      "ewgs, gradients of 4 bits",
      { estimator: "ewgs", gradients: { bits: 4, rounding: "nearest" } },
    ],
  ];
  it.each(cases)(
    "takes the same steps in model.fit as in q.fit: %s",
    { tags: "slow" },
    async (_, options) => {
      const prepare = () => q.prepare(model, scheme, { calibration: train, ...options });
      const [ours, theirs] = [await prepare(), await prepare()];
      const start = values(ours);
      const settings = { epochs: 2, batchSize: 32, shuffle: false } as const;
      const more = { schedule: "constant", compile: false, progress: false } as const;
      const history = await q.fit(ours, train, { ...settings, ...more });
      theirs.compile({
        optimizer: tf.train.adam(0.01),
        loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
      });
      const ys = tf.oneHot(train.ys.toInt(), 10).toFloat();
      const { history: losses } = await theirs.fit(train.xs, ys, { ...settings, verbose: 0 });
      expect(values(theirs)).toEqual(values(ours));
      expect(values(ours)).not.toEqual(start);
      history.forEach(({ loss }, i) => {
        expect(losses.loss![i]).toBeCloseTo(loss, 5);
      });
    },
  );
});
