import { expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { randomize } from "../../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;

/** Two layers on sequences of three steps, of which the last are padding, and a recurrent one. */
function network(list: InstanceType<typeof layers.Layer>[]): q.tf.LayersModel {
  const model = tf.sequential();
  for (const layer of list) model.add(layer);
  model.add(layers.lstm({ units: 3 }));
  model.add(layers.dense({ units: 1 }));
  return randomize(model, 1);
}

it("a mask of trained values is a constant for the gradient", {
  tags: "slow",
}, async () => {
  const inputShape = [4, 2];
  const dense = (options = {}) => layers.dense({ units: 3, useBias: false, ...options });
  const masking = (options = {}) => layers.masking({ maskValue: 0, ...options });
  // Padding of zeros stays zero without a bias, so that the same steps are masked before and after.
  const before = network([masking({ inputShape }), dense()]);
  const after = network([dense({ inputShape }), masking()]);
  const padding = tf.range(0, 4).less(3).toFloat().reshape([1, 4, 1]);
  const xs = tf.randomNormal([16, 4, 2], 0, 1, "float32", 1).mul(padding);
  const ys = tf.randomNormal([16, 1], 0, 1, "float32", 2);
  for (const compile of [true, false]) {
    const [a, b] = [before, after].map((model) =>
      q.fit(
        model,
        { xs, ys },
        {
          epochs: 12,
          batchSize: 8,
          loss: "meanSquaredError",
          progress: false,
          compile,
        },
      ),
    );
    const last = (await a)!.at(-1)!.loss;
    expect(last).toBeLessThan((await a)![0]!.loss);
    expect((await b)!.at(-1)!.loss).toBeCloseTo(last, 6);
  }
});
