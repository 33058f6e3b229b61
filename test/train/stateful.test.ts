import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { randomize } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;

it("a layer that keeps its state between batches trains as in tfjs", {
  tags: "slow",
}, async () => {
  const make = () => {
    const lstm = layers.lstm({ units: 3, stateful: true, batchInputShape: [4, 5, 2] });
    return randomize(tf.sequential({ layers: [lstm, layers.dense({ units: 1 })] }), 1);
  };
  const xs = tf.randomNormal([16, 5, 2], 0, 1, "float32", 1);
  const ys = tf.randomNormal([16, 1], 0, 1, "float32", 2);
  const settings = { epochs: 12, batchSize: 4, shuffle: false } as const;
  const peer = make();
  peer.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  const { history } = await peer.fit(xs, ys, { ...settings, verbose: 0 });
  const own = await q.fit(
    make(),
    { xs, ys },
    {
      ...settings,
      optimizer: tf.train.sgd(0.1),
      loss: "meanSquaredError",
      progress: false,
    },
  );
  const losses = history.loss as number[];
  own.forEach(({ loss }, i) => {
    expect(loss).toBeCloseTo(losses[i]!, 5);
  });
});
