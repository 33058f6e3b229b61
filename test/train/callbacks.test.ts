import { describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const xs = tf.randomNormal([64, 3], 0, 1, "float32", 1);
const ys = tf.randomNormal([64, 1], 0, 1, "float32", 2);
const make = () =>
  tf.sequential({
    layers: [
      tf.layers.dense({
        units: 1,
        inputShape: [3],
        kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }),
      }),
    ],
  });
const train = (model: q.tf.LayersModel, callbacks: q.Callbacks, more: object = {}) =>
  q.fit(
    model,
    { xs, ys },
    {
      epochs: 3,
      batchSize: 16,
      loss: "meanSquaredError",
      progress: false,
      callbacks,
      ...more,
    },
  );

describe("callbacks", () => {
  it("are called in order, each after the one before is done, whatever they are made of", async () => {
    const calls: string[] = [];
    class Own extends tf.Callback {
      override async onEpochEnd(epoch: number) {
        calls.push(`own ${epoch}`);
      }
    }
    const slow = {
      async onEpochEnd(epoch: number) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        calls.push(`slow ${epoch}`);
      },
    };
    const custom = new tf.CustomCallback({ onTrainEnd: () => void calls.push("end") });
    await train(make(), [slow, new Own(), custom], { epochs: 2 });
    expect(calls).toEqual(["slow 0", "own 0", "slow 1", "own 1", "end"]);
  });

  it("know the model and how it is trained", async () => {
    const model = make();
    const callback = new tf.CustomCallback({});
    const told = vi.spyOn(callback, "setParams");
    const met = vi.spyOn(callback, "setModel");
    await train(model, callback, { metrics: "mae", validation: { xs, ys } });
    expect(met).toHaveBeenCalledWith(model);
    expect(told).toHaveBeenCalledWith(
      expect.objectContaining({
        epochs: 3,
        batchSize: 16,
        samples: 64,
        doValidation: true,
        metrics: ["loss", "mae", "val_loss", "val_mae"],
      }),
    );
  });

  it("share the numbers that are read after each step", { tags: "slow" }, async () => {
    const reads = vi.spyOn(tf.Tensor.prototype, "dataSync");
    const count = async (callbacks: q.Callbacks) => {
      reads.mockClear();
      await train(make(), callbacks);
      return reads.mock.calls.length;
    };
    try {
      const none = await count([]);
      expect(await count({ onEpochEnd: () => undefined })).toBe(none);
      expect(await count(tf.callbacks.earlyStopping({ monitor: "loss", patience: 9 }))).toBe(none);
      expect(await count({ onBatchEnd: () => undefined })).toBe(none);
      // Each of 12 steps, the means of each epoch, and the weights now and then.
      expect(none).toBeGreaterThanOrEqual(12 + 3);
    } finally {
      reads.mockRestore();
    }
  });

  it("stop the training after a batch, the epoch's means over what was seen", {
    tags: "slow",
  }, async () => {
    const model = make();
    const losses: number[] = [];
    let epochLoss = 0;
    const history = await train(model, {
      onBatchEnd(batch, logs) {
        losses.push(logs.loss!);
        if (batch === 1) model.stopTraining = true;
      },
      onEpochEnd: (_, logs) => {
        epochLoss = logs.loss!;
      },
    });
    expect(losses).toHaveLength(2);
    expect(history).toHaveLength(1);
    expect(epochLoss).toBeCloseTo((losses[0]! + losses[1]!) / 2, 6);
    // The next training isn't stopped by it.
    expect(await train(model, [])).toHaveLength(3);
  });

  it.each([
    "onTrainBegin",
    "onEpochBegin",
    "onBatchBegin",
    "onBatchEnd",
    "onEpochEnd",
    "onTrainEnd",
  ])(
    "that throw in %s end the training with their error, nothing leaked",
    { tags: "slow" },
    async (hook) => {
      const model = make();
      await train(model, []);
      const held = tf.memory().numTensors;
      const fail = () => {
        throw new Error("enough");
      };
      await expect(train(model, { [hook]: fail })).rejects.toThrow("enough");
      await expect(train(model, { [hook]: async () => fail() })).rejects.toThrow("enough");
      expect(tf.memory().numTensors).toBe(held);
    },
  );

  it("may change the weights before they are validated", async () => {
    const model = make();
    let seen = Number.NaN;
    await train(
      model,
      {
        onBatchEnd: () => model.setWeights([tf.zeros([3, 1]), tf.zeros([1])]),
        onEpochEnd: (_, logs) => {
          seen = logs.val_loss!;
        },
      },
      { epochs: 1, validation: { xs, ys } },
    );
    expect(seen).toBeCloseTo(ys.square().mean().dataSync()[0]!, 5);
  });
});
