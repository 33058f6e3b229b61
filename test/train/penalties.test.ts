import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { randomize } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;
type Layer = InstanceType<typeof layers.Layer>;
const l2 = (l2: number) => tf.regularizers.l2({ l2 });

/** A layer with a regularizer of 0.1 for the weights named `kernel`. */
const kinds: Record<string, () => Layer> = {
  Dense: () => layers.dense({ units: 2, kernelRegularizer: l2(0.1) }),
  LSTM: () => layers.lstm({ units: 2, kernelRegularizer: l2(0.1) }),
  GRU: () => layers.gru({ units: 2, kernelRegularizer: l2(0.1) }),
  "stacked cells": () =>
    layers.rnn({
      cell: layers.stackedRNNCells({
        cells: [
          layers.lstmCell({ units: 2, kernelRegularizer: l2(0.1) }),
          layers.gruCell({ units: 2, kernelRegularizer: l2(0.1) }),
        ],
      }),
    }),
  Bidirectional: () =>
    layers.bidirectional({
      layer: layers.lstm({ units: 2, kernelRegularizer: l2(0.1) }),
      mergeMode: "concat",
    }),
  TimeDistributed: () =>
    layers.timeDistributed({ layer: layers.dense({ units: 2, kernelRegularizer: l2(0.1) }) }),
  "a model inside": () =>
    tf.sequential({
      layers: [layers.dense({ units: 2, kernelRegularizer: l2(0.1), inputShape: [3, 2] })],
    }),
};
const xs = tf.randomNormal([8, 3, 2], 0, 1, "float32", 1);
const options = { epochs: 1, batchSize: 8, loss: "meanSquaredError", progress: false } as const;

it.each(Object.entries(kinds))(
  "the loss includes the penalty of a regularizer once: %s",
  { tags: "slow" },
  async (kind, make) => {
    const list = [make(), layers.flatten(), layers.dense({ units: 1 })];
    // A sequential model that begins with a model, too.
    const first = list[0] instanceof tf.LayersModel;
    const input = first ? [] : [layers.activation({ activation: "linear", inputShape: [3, 2] })];
    // A recurrent layer gives its last step.
    const rest = /LSTM|GRU|cells|Bidirectional/.test(kind) ? list.filter((_, i) => i !== 1) : list;
    const model = randomize(tf.sequential({ layers: [...input, ...rest] }), 1);
    const squares = model.weights
      .filter(
        ({ originalName }) =>
          /(^|\/|_)kernel/.test(originalName) && !/recurrent/.test(originalName),
      )
      .slice(0, -1)
      .map((weight) => weight.read().square().sum().dataSync()[0]!);
    const ys = tf.zeros([8, 1]);
    const error = q.evaluate(model, { xs, ys }, { loss: "meanSquaredError" }).loss;
    const prepared = await q.prepare(model, q.scheme({ weights: q.int(8) }), {
      calibration: { xs },
    });
    q.qat.disableFakeQuant(prepared);
    for (const trained of [prepared, model]) {
      const [epoch] = await q.fit(trained, { xs, ys }, options);
      expect(epoch!.loss - error).toBeCloseTo(0.1 * squares.reduce((a, b) => a + b), 4);
    }
  },
);

it("batch normalization is trained by itself if its weights have a regularizer", async () => {
  const model = tf.sequential();
  model.add(layers.dense({ units: 3, inputShape: [2] }));
  model.add(layers.batchNormalization({ gammaRegularizer: l2(0.1) }));
  model.add(layers.dense({ units: 1 }));
  const calibration = { xs: tf.randomNormal([8, 2], 0, 1, "float32", 1) };
  const scheme = q.scheme({ weights: q.int(8) });
  const prepared = await q.prepare(model, scheme, { calibration, batchNorm: "train" });
  const losses = prepared.calculateLosses().map((loss) => loss.dataSync()[0]);
  expect(losses).toEqual([expect.closeTo(0.3, 6)]);
});
