import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
type Layer = InstanceType<typeof layers.Layer>;
const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
const seeded = (seed = 1) => ({
  kernelInitializer: tf.initializers.glorotUniform({ seed }),
  recurrentInitializer: tf.initializers.glorotUniform({ seed: seed + 1 }),
});

/** Four steps of values, behind or before which some may be padding. */
const values = tf.randomUniform([16, 4, 3], -1, 1, "float32", 1);
const padding = tf.fill([16, 2, 3], -9);

/** All ranges of activations, by layer and tensor. */
async function rangesOf(xs: q.tf.Tensor, middle: () => Layer[], method: "minmax" | "mse") {
  const steps = xs.shape[1]!;
  const model = tf.sequential({
    layers: [
      layers.masking({ name: "mask", maskValue: -9, inputShape: [steps, 3] }),
      ...middle(),
      layers.dense({ name: "end", units: 2 }),
    ],
  });
  const held = tf.memory().numTensors;
  const qat = await q.prepare(model, scheme, { calibration: { xs }, method });
  const weights = qat.weights.length;
  expect(tf.memory().numTensors - held).toBe(weights);
  return Object.fromEntries(
    qat.layers.flatMap((layer) =>
      layer instanceof q.QuantizedLayer
        ? layer.quantizers
            .filter(({ role }) => role === "activations")
            .map((quantizer) => [`${layer.name}/${quantizer.name}`, quantizer.extent()])
        : [],
    ),
  );
}

const gru = () => layers.gru({ name: "last", units: 3, ...seeded(7) });

const middles: Record<string, () => Layer[]> = {
  "a GRU": () => [gru()],
  "an LSTM of sequences": () => [
    layers.lstm({ name: "first", units: 4, returnSequences: true, ...seeded() }),
    gru(),
  ],
  "a recurrent layer that goes backwards": () => [
    layers.simpleRNN({ name: "last", units: 4, goBackwards: true, ...seeded() }),
  ],
  "TimeDistributed layers": () => [
    layers.timeDistributed({ name: "first", layer: shifted() }),
    gru(),
  ],
  "a Dense layer on the last axis": () => [shifted(), gru()],
  "stacked cells": () => [
    layers.rnn({
      name: "last",
      cell: [1, 3].map((seed) => layers.lstmCell({ units: 4, ...seeded(seed) })) as never,
    }),
  ],
};

/** Padding becomes values far from the others. */
const shifted = () =>
  layers.dense({
    name: "first",
    units: 4,
    kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
    biasInitializer: tf.initializers.constant({ value: 5 }),
  });

describe.each(Object.entries(middles))("padding isn't calibrated: %s", (_, middle) => {
  it.each(["minmax", "mse"] as const)("%s", { tags: "slow" }, async (method) => {
    const plain = await rangesOf(values, middle, method);
    const before = await rangesOf(tf.concat([padding, values], 1), middle, method);
    expect(Object.keys(plain)).toEqual(Object.keys(before));
    expect(Object.keys(plain).join()).toContain("last/state");
    for (const [tensor, { min, max }] of Object.entries(before)) {
      expect(min).toBeCloseTo(plain[tensor]!.min, 5);
      expect(max).toBeCloseTo(plain[tensor]!.max, 5);
    }
  });
});

it("the row of an embedding that stands for padding isn't calibrated", async () => {
  const table = tf.tensor([[100], [0.5], [1]]);
  const model = tf.sequential({
    layers: [
      layers.embedding({
        name: "words",
        inputDim: 3,
        outputDim: 1,
        maskZero: true,
        inputLength: 4,
        weights: [table],
      }),
      layers.simpleRNN({ units: 2 }),
      layers.dense({ units: 2 }),
    ],
  });
  const xs = tf.tensor([
    [1, 2, 0, 0],
    [2, 1, 1, 0],
  ]);
  const options = { calibration: { xs }, method: "minmax" } as const;
  const activations = q.scheme({ activations: q.uint(8) });
  const qat = await q.prepare(model, activations, options);
  expect((qat.getLayer("words") as q.QuantizedLayer).ranges().activations).toMatchObject({
    max: Float32Array.of(1),
  });
  const held = tf.memory().numTensors;
  const empty = { calibration: { xs: tf.zeros([2, 4]) } };
  await expect(q.prepare(model, activations, empty)).rejects.toThrow(
    /invalid calibration: a mask covers all values of output in layer "words"/,
  );
  tf.dispose(empty.calibration.xs);
  expect(tf.memory().numTensors).toBe(held);
});
