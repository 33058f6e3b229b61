import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { digits, trainedMlp } from "../fixtures/index.js";

const { tf } = q;
const golden = JSON.parse(
  readFileSync(new URL("../golden/oscillation.json", import.meta.url), "utf8"),
);
const names = ["dampening", "binRegularization", "sine"] as const;

/** A layer of golden's kernel, on golden's grid. */
async function layerOf(weights: number[]) {
  const scales: number[] = golden.scales;
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: scales.length, useBias: false, inputShape: [6], name: "w" })],
  });
  model.layers[0]!.setWeights([tf.tensor2d(weights, [6, scales.length])]);
  const weightFormat = q.int(golden.bits, { per: "channel", rounding: "halfEven" });
  const calibration = q.dataset([[0, 0, 0, 0, 0, 1]], [0]);
  const qat = await q.prepare(model, q.scheme({ weights: weightFormat }), { calibration });
  const end = (code: number) => scales.map((scale) => scale * code);
  const layer = qat.getLayer("w") as q.QuantizedLayer;
  const half = 2 ** (golden.bits - 1);
  layer.setRanges({ weights: { min: end(-half), max: end(half - 1) } });
  return { qat, layer };
}

describe("loss terms", () => {
  it("leave no tensors behind after a training", { tags: "slow" }, async () => {
    const { qat } = await layerOf(golden.penalties.dampening.weights);
    const [xs, ys] = [tf.ones([4, 6]), tf.ones([4, golden.scales.length])];
    const callbacks = names.map((name) => q.qat[name]({ strength: 1 }));
    const options = { loss: "meanSquaredError", progress: false, callbacks } as const;
    for (const epochs of [2, 25]) {
      const before = tf.memory().numTensors;
      await q.fit(qat, { xs, ys }, { epochs, ...options });
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it("are worth what the authors' program, or PyTorch on the paper's formula, says", {
    tags: "slow",
  }, async () => {
    for (const name of names) {
      const { value, weights } = golden.penalties[name];
      const { qat } = await layerOf(weights);
      expect(q.qat[name]({ strength: 1 }).penalty(qat) / value, name).toBeCloseTo(1, 5);
    }
  });

  it("have the gradients that PyTorch's autograd finds, in both ways of training", {
    tags: "slow",
  }, async () => {
    for (const name of names) {
      const { gradient, weights } = golden.penalties[name];
      const strength = 0.5;
      const largest = Math.max(...gradient.map(Math.abs));
      // Inputs of 0: the loss has no gradient of its own.
      const [xs, ys] = [tf.zeros([1, 6]), tf.zeros([1, 4])];
      for (const way of ["q.fit", "model.fit"]) {
        const { qat, layer } = await layerOf(weights);
        const term = q.qat[name]({ strength, ramp: "constant" });
        const loss = "meanSquaredError";
        if (way === "q.fit") {
          const options = { epochs: 1, progress: false, schedule: "constant" } as const;
          const more = { optimizer: "sgd", learningRate: 1, loss, callbacks: term } as const;
          await q.fit(qat, { xs, ys }, { ...options, ...more });
        } else {
          qat.compile({ optimizer: tf.train.sgd(1), loss });
          await qat.fit(xs, ys, { epochs: 1, verbose: 0, callbacks: [term] });
        }
        const after = layer.getWeights()[0]!.dataSync();
        weights.forEach((before: number, i: number) => {
          const error = (before - after[i]!) / strength - gradient[i];
          expect(Math.abs(error) / largest, `${name}, ${way}, weight ${i}`).toBeLessThan(1e-5);
        });
      }
    }
  });

  it("pull nothing that is on the grid or outside of the range", async () => {
    const { scales, bits } = golden;
    const weights = Array.from({ length: 24 }, (_, i) => {
      const code = [-4, -2, 0, 1, 3, 50][Math.floor(i / 4)]!;
      return scales[i % 4] * code;
    });
    expect(bits).toBe(3);
    const { qat } = await layerOf(weights);
    for (const name of names) {
      expect(q.qat[name]({ strength: 1 }).penalty(qat), name).toBeLessThan(1e-9);
    }
  });
});

let train: q.Dataset;
let model: q.tf.LayersModel;

beforeAll(async () => {
  train = (await digits()).train.take(320);
  model = await trainedMlp();
});

const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) });
const prepare = () => q.prepare(model, scheme, { calibration: train.take(64) });
const kernels = (qat: q.tf.LayersModel) => qat.getWeights().map((one) => one.dataSync());

describe("a loss term in training", () => {
  it("rises compiled as it does eagerly, and leaves the loss when the training ends", {
    tags: "slow",
  }, async () => {
    const found: unknown[] = [];
    const options = { epochs: 5, progress: false } as const;
    for (const more of [{ rewrite: false }, { compile: false }]) {
      const qat = await prepare();
      const terms = [q.qat.dampening({ strength: 0.3 }), q.qat.sine({ strength: 0.001 })];
      const without = qat.calculateLosses().length;
      const history = await q.fit(qat, train, { ...options, ...more, callbacks: terms });
      expect(qat.calculateLosses().length).toBe(without);
      found.push([kernels(qat), history.at(-1)!.loss]);
    }
    expect(found[1]).toEqual(found[0]);
  });

  it("brings weights nearer to their grid than training without it", { tags: "slow" }, async () => {
    const distance = q.qat.dampening({ strength: 0.3 });
    const trainedWith = async (callbacks: q.Callbacks) => {
      const qat = await prepare();
      await q.fit(qat, train, { epochs: 10, progress: false, callbacks });
      return distance.penalty(qat);
    };
    const free = await trainedWith([]);
    for (const [name, strength] of [
      ["dampening", 0.3],
      ["binRegularization", 10],
      ["sine", 0.003],
    ] as const) {
      expect((await trainedWith(q.qat[name]({ strength }))) / free, name).toBeLessThan(0.75);
    }
  });

  it("is for the layers that are named", async () => {
    const qat = await prepare();
    const [first] = qat.layers.filter(
      (layer) => layer instanceof q.QuantizedLayer && layer.weightFormat,
    );
    const options = { strength: 1, layers: [first!.name] };
    const part = q.qat.dampening(options).penalty(qat);
    const whole = q.qat.dampening({ strength: 1 }).penalty(qat);
    expect(part).toBeGreaterThan(0);
    expect(part).toBeLessThan(whole);
    expect(() => q.qat.dampening({ strength: 1, layers: ["dense9"] }).penalty(qat)).toThrow(
      /no quantized kernel in "dense9" \(expected some of /,
    );
  });

  it("leaves the loss of a training that was stopped", { tags: "slow" }, async () => {
    const qat = await prepare();
    const stop = { onEpochEnd: () => Promise.reject(new Error("enough")) };
    const callbacks = [q.qat.dampening({ strength: 1 }), stop];
    const training = q.fit(qat, train, { epochs: 2, progress: false, callbacks });
    await expect(training).rejects.toThrow("enough");
    expect(qat.calculateLosses().length).toBe(0);
  });

  it("takes no strength below 0 and no ramp that it doesn't know", async () => {
    expect(() => q.qat.dampening({ strength: -1 })).toThrow("invalid strength: -1");
    expect(() => q.qat.sine({} as never)).toThrow("invalid strength: undefined");
    const ramp = "cubic" as never;
    expect(() => q.qat.dampening({ strength: 1, ramp })).toThrow("invalid ramp: cubic");
    const falls = q.qat.dampening({ strength: 1, ramp: (step) => 0.5 - step });
    const training = q.fit(await prepare(), train, {
      epochs: 1,
      progress: false,
      callbacks: falls,
    });
    await expect(training).rejects.toThrow("invalid ramp: -0.5 at step 1");
    expect(() => q.qat.dampening({ strength: 1 }).penalty(model)).toThrow("no quantized kernels");
  });
});
