import { expect, it } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;
const { layers } = tf;
const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });

const kinds: Record<string, () => InstanceType<typeof layers.Layer>> = {
  "a mask of dropout": () =>
    layers.lstm({ units: 2, dropout: 0.5, recurrentDropout: 0.5, batchInputShape: [4, 3, 2] }),
  states: () => layers.gru({ units: 2, stateful: true, batchInputShape: [4, 3, 2] }),
  "both, in a layer of two directions": () =>
    layers.bidirectional({
      layer: layers.lstm({ units: 2, dropout: 0.5, stateful: true }),
      mergeMode: "concat",
      batchInputShape: [4, 3, 2],
    }),
  "what an initializer leaves behind": () =>
    layers.lstm({ units: 2, unitForgetBias: true, batchInputShape: [4, 3, 2] }),
};

it.each(Object.entries(kinds))(
  "disposing a model frees the tensors that its recurrent layers keep: %s",
  { tags: "slow" },
  async (_, layer) => {
    const model = tf.sequential({ layers: [layer(), layers.dense({ units: 2 })] });
    const xs = tf.randomNormal([4, 3, 2], 0, 1, "float32", 1);
    tf.dispose(model.predict(xs));
    const before = tf.memory().numTensors;
    const folded = q.foldBatchNorm(model);
    tf.dispose(folded.predict(xs));
    folded.dispose();
    if (!model.stateful) (await q.prepare(model, scheme, { calibration: { xs } })).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(model.predict(xs));
  },
);
