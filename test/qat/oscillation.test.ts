import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { rampOf } from "../../src/qat/lossTerms/ramp.js";
import { Freezing } from "../../src/qat/oscillation/freezing.js";
import { OscillationState } from "../../src/qat/oscillation/state.js";
import { digits, generator, trainedMlp } from "../fixtures/index.js";

const { tf } = q;
const golden = JSON.parse(
  readFileSync(new URL("../golden/oscillation.json", import.meta.url), "utf8"),
);

/** The codes of test/peers/oscillation.py: a row for each step. */
function walk(seed: number): number[][] {
  const random = generator(seed);
  const each = <T>(make: () => T) => Array.from({ length: golden.weights }, make);
  const codes = each(() => Math.trunc(random() * 7) - 3);
  const paces = each(() => random() ** 3 / 2);
  const directions = each(() => 1);
  const rows = [[...codes]];
  for (let step = 0; step < golden.steps; step++) {
    for (let i = 0; i < golden.weights; i++) {
      const [moves, turns] = [random() < paces[i]!, random() < 0.8];
      if (!moves) continue;
      if (turns) directions[i]! *= -1;
      codes[i]! += directions[i]!;
    }
    rows.push([...codes]);
  }
  return rows;
}

function expectClose(given: ArrayLike<number>, expected: number[]) {
  expect(given.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(given[i]! - value), `weight ${i}`).toBeLessThan(1e-6);
  });
}

describe("the codes of weights", () => {
  it("oscillate as often as the authors' own program says", { tags: "slow" }, () => {
    for (const { seed, momentum, frequency, oscillations } of golden.tracked) {
      const rows = walk(seed);
      const state = new OscillationState(tf.tensor1d(rows[0]!), momentum);
      for (const row of rows.slice(1)) tf.tidy(() => state.update(tf.tensor1d(row)));
      const seen = state.read();
      expectClose(seen.frequency, frequency);
      expect(Array.from(seen.oscillations)).toEqual(oscillations);
      const changes = rows[0]!.map(
        (_, i) => rows.filter((row, step) => step > 0 && row[i] !== rows[step - 1]![i]).length,
      );
      expect(Array.from(seen.changes)).toEqual(changes);
      expect(seen.steps).toBe(golden.steps);
      state.dispose();
    }
  });

  it("freeze when and where the authors' own program freezes them", { tags: "slow" }, () => {
    for (const { seed, momentum, threshold, frequency, frozen, codes } of golden.frozen) {
      const rows = walk(seed);
      const thresholdAt = rampOf(threshold[0], threshold[1], "cosine");
      const first = tf.tensor1d(rows[0]!);
      const state = new OscillationState(first, momentum);
      const freezing = new Freezing(first, momentum);
      rows.slice(1).forEach((row, step) => {
        freezing.setThreshold(thresholdAt(step, golden.steps));
        tf.tidy(() => {
          const held = freezing.hold(tf.tensor1d(row));
          state.update(held);
          freezing.update(held, state.frequency);
        });
      });
      expectClose(state.read().frequency, frequency);
      expect(Array.from(freezing.frozen.dataSync())).toEqual(frozen);
      expect(Array.from(state.read().code, (code) => code + 0)).toEqual(codes);
      for (const one of [state, freezing]) one.dispose();
    }
  });
});

/** Weights that are to become targets between the codes of a grid of step 1, by gradient descent. */
async function pulled(targets: number[], learningRate: number) {
  const units = targets.length;
  const layer = { units, useBias: false, inputShape: [1], name: "w" };
  const model = tf.sequential({ layers: [tf.layers.dense(layer)] });
  model.setWeights([tf.tensor2d([targets])]);
  const calibration = q.dataset([[1]], [0]);
  const qat = await q.prepare(model, q.scheme({ weights: q.int(3) }), { calibration });
  (qat.getLayer("w") as q.QuantizedLayer).setRanges({ weights: { min: -4, max: 3 } });
  const steps = 1000;
  const xs = tf.ones([steps, 1]);
  const ys = tf.tile(tf.tensor2d([targets]), [steps, 1]);
  // Half the squared error of each, whose derivative is q(w) − target.
  const loss = (wanted: q.tf.Tensor, given: q.tf.Tensor) =>
    tf.mul(tf.squaredDifference(given, wanted).sum(), 0.5);
  const tracker = q.qat.trackOscillation({ record: steps });
  const how = { epochs: 1, batchSize: 1, shuffle: false, progress: false } as const;
  const descent = { optimizer: "sgd", schedule: "constant", learningRate } as const;
  await q.fit(qat, { xs, ys }, { ...how, ...descent, loss, callbacks: tracker });
  return tracker;
}

describe("weights whose best value lies between two codes", () => {
  const targets = [0.05, 0.1, 0.2, 0.3, 0.4, 0.45, 0.55, 0.75, 0.95, -0.25, -1.3, 1.85];
  const rates = [0.1, 0.4];
  let trackers: q.qat.OscillationTracker[];

  beforeAll(async () => {
    trackers = [];
    for (const rate of rates) trackers.push(await pulled(targets, rate));
  });

  it("change their codes 2·min(d↑, d↓)/s times a step within 1 % and a period, whatever the learning rate, and turn back each time", () => {
    for (const tracker of trackers) {
      const codes = tracker.codes("w");
      const [{ changes, oscillations }] = tracker.kernels() as [q.qat.KernelOscillation];
      targets.forEach((target, i) => {
        const nearest = Math.abs(target - Math.round(target));
        // From the first change on: until then the weight is on its way to the threshold.
        const own = codes[i]!;
        const turns = own.flatMap((code, at) => (at > 0 && code !== own[at - 1] ? [at] : []));
        const steps = turns.at(-1)! - turns[0]!;
        const rate = (changes[i]! - 1) / steps;
        const tolerance = 0.01 + 1 / nearest / steps;
        expect(Math.abs(rate / (2 * nearest) - 1), `target ${target}`).toBeLessThan(tolerance);
        expect(oscillations[i]).toBe(changes[i]! - 1);
      });
    }
  });

  it("have their best value on average, within 1 % of a step", () => {
    trackers[1]!.codes("w").forEach((codes, i) => {
      const late = codes.slice(200);
      const mean = late.reduce((sum, code) => sum + code, 0) / late.length;
      expect(Math.abs(mean - targets[i]!), `target ${targets[i]}`).toBeLessThan(0.01);
    });
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

describe("a tracker", () => {
  const options = { epochs: 10, progress: false, shuffle: false } as const;

  it("sees the same in a compiled step, an eager one, and in model.fit", {
    tags: "slow",
  }, async () => {
    const seen: q.qat.KernelOscillation[][] = [];
    for (const more of [{ rewrite: false }, { compile: false }]) {
      const tracker = q.qat.trackOscillation();
      await q.fit(await prepare(), train, { ...options, ...more, callbacks: tracker });
      seen.push(tracker.kernels());
    }
    expect(seen[0]!.some(({ oscillations }) => oscillations.some((count) => count > 1))).toBe(true);
    expect(seen[1]).toEqual(seen[0]);

    const qat = await prepare();
    const tracker = q.qat.trackOscillation();
    const labels = tf.oneHot(train.ys.reshape([-1]), 10).toFloat();
    qat.compile({ optimizer: tf.train.adam(0.01), loss: tf.losses.softmaxCrossEntropy as never });
    await qat.fit(train.xs, labels, {
      epochs: 10,
      batchSize: 64,
      shuffle: false,
      verbose: 0,
      callbacks: tracker,
    });
    expect(tracker.steps).toBe(50);
    expect(tracker.kernels()[0]!.changes.some((count) => count > 1)).toBe(true);
  });

  it("records codes that are those of the kernel", { tags: "slow" }, async () => {
    const qat = await prepare();
    const tracker = q.qat.trackOscillation({ record: 30 });
    await q.fit(qat, train, { ...options, callbacks: tracker });
    for (const { layer } of tracker.kernels()) {
      const quantized = qat.getLayer(layer) as q.QuantizedLayer;
      const { weights } = quantized.ranges();
      const codes = q.codes(quantized.quantizedKernel(), scheme.weights!, weights).dataSync();
      const rows = tracker.codes(layer);
      expect(rows.map((row) => row.at(-1))).toEqual(Array.from(codes));
      expect(rows.every((row) => row.length === 30)).toBe(true);
    }
  });

  it("freezes weights at one of their codes, compiled as well, and leaves the others free", {
    tags: "slow",
  }, async () => {
    const qat = await prepare();
    const tracker = q.qat.trackOscillation({
      record: 50,
      freeze: { threshold: 0.015, from: 0.02, ramp: "linear" },
    });
    await q.fit(qat, train, { ...options, learningRate: 0.03, callbacks: tracker });
    const { layer, frozen } = tracker.kernels()[0]!;
    const count = frozen.reduce((sum, value) => sum + value, 0);
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(frozen.length / 2);
    const before = tracker.codes(layer).map((codes) => codes.at(-1));
    await q.fit(qat, train, { ...options, learningRate: 0.03, callbacks: tracker });
    const after = tracker.codes(layer);
    expect(tracker.steps).toBe(100);
    frozen.forEach((isFrozen, i) => {
      if (isFrozen) expect(after[i], `weight ${i}`).toEqual(after[i]!.map(() => before[i]));
    });
    expect(after.some((codes) => codes.some((code) => code !== codes[0]))).toBe(true);
  });

  it("goes on from a checkpoint as if the training had not stopped, with a loss term beside it", {
    tags: "slow",
  }, async () => {
    const run = async (checkpoint: string, stopAt: number) => {
      const qat = await prepare();
      const tracker = q.qat.trackOscillation({ record: 10, freeze: { threshold: 0.02 } });
      const stop = new AbortController();
      let batches = 0;
      const counting = { onBatchEnd: () => void (++batches === stopAt && stop.abort()) };
      const callbacks = [tracker, q.qat.dampening({ strength: 0.1 }), counting];
      const how = { ...options, rewrite: false, checkpoint, signal: stop.signal, callbacks };
      const whole = await q.fit(qat, train, { ...how, learningRate: 0.03 }).then(
        () => true,
        () => false,
      );
      return { whole, kernels: tracker.kernels(), codes: tracker.codes(qat.layers.at(-1)!.name) };
    };
    const folder = mkdtempSync(join(tmpdir(), "qatlab-oscillation-"));
    try {
      const expected = await run(join(folder, "whole"), 0);
      expect((await run(join(folder, "stopped"), 23)).whole).toBe(false);
      expect(await run(join(folder, "stopped"), 0)).toEqual(expected);
      expect(expected.kernels.some(({ frozen }) => frozen.includes(1))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("sees the codes that each estimator computes with, and freezes where latent weights are rounded as they are", {
    tags: "slow",
  }, async () => {
    const calibration = train.take(64);
    for (const estimator of ["lsq", "stochastic", "dorefa"] as const) {
      const qat = await q.prepare(model, scheme, { calibration, estimator });
      const direct = estimator !== "dorefa";
      const freeze = direct ? { threshold: 0.02 } : undefined;
      const tracker = q.qat.trackOscillation({ record: 5, freeze });
      await q.fit(qat, train, { ...options, epochs: 5, callbacks: tracker });
      const [{ layer }] = tracker.kernels() as [q.qat.KernelOscillation];
      const quantized = qat.getLayer(layer) as q.QuantizedLayer;
      const codes = q.codes(
        quantized.quantizedKernel(),
        scheme.weights!,
        quantized.ranges().weights,
      );
      const seen = tracker.codes(layer).map((row) => row.at(-1));
      expect(seen, estimator).toEqual(Array.from(codes.dataSync()));
      if (direct) continue;
      const freezing = q.qat.trackOscillation({ freeze: { threshold: 0.02 } });
      for (const callbacks of [freezing, q.qat.dampening({ strength: 1 })]) {
        const training = q.fit(qat, train, { ...options, epochs: 1, callbacks });
        await expect(training).rejects.toThrow('its estimator "dorefa" changes weights');
      }
    }
  });

  it("watches each quantized weight of a layer that has several", { tags: "slow" }, async () => {
    const rows = train.take(64);
    const lstm = q.models.lstm({ inputShape: [8, 8, 1], classes: 10, units: 6, seed: 1 });
    const qat = await q.prepare(lstm, scheme, { calibration: rows });
    const tracker = q.qat.trackOscillation();
    const callbacks = [tracker, q.qat.dampening({ strength: 0.1 })];
    await q.fit(qat, rows, { ...options, epochs: 2, callbacks });
    const names = tracker.kernels().map(({ layer }) => layer);
    expect(names).toEqual(["lstm", "lstm cell.recurrentKernel", "logits"]);
  });

  it("holds no tensors after it is disposed of, and no more after more steps", {
    tags: "slow",
  }, async () => {
    const qat = await prepare();
    const run = async (epochs: number) => {
      const tracker = q.qat.trackOscillation({ record: 10, freeze: { threshold: 0.02 } });
      await q.fit(qat, train, { ...options, epochs, callbacks: tracker });
      const held = tf.memory().numTensors;
      tracker.dispose();
      return held;
    };
    const before = tf.memory().numTensors;
    const few = await run(5);
    expect(tf.memory().numTensors).toBe(before);
    expect(await run(10)).toBe(few);
  });

  it("says what is wrong", { tags: "slow" }, async () => {
    const track = q.qat.trackOscillation;
    expect(() => track({ momentum: 0 })).toThrow("invalid momentum: 0");
    expect(() => track({ record: 1.5 })).toThrow("invalid record: 1.5");
    expect(() => track({ freeze: { threshold: 0.001 } })).toThrow("invalid threshold: 0.001");
    expect(() => track({ freeze: { threshold: 0.2 } })).toThrow("invalid from: 0.1");
    const ramp = "cubic" as never;
    expect(() => track({ freeze: { threshold: 0.02, ramp } })).toThrow("invalid ramp: cubic");
    const tracker = track();
    expect(() => tracker.kernels()).toThrow("nothing was tracked yet");
    expect(inspect(tracker)).toMatch(/^0 steps watched: q\.analysis\.oscillation/);
    const training = q.fit(model, train, { ...options, callbacks: tracker });
    await expect(training).rejects.toThrow("has no quantized kernels");
    await q.fit(await prepare(), train, { ...options, epochs: 1, callbacks: tracker });
    expect(() => tracker.codes("logits")).toThrow("no codes were recorded");
  });
});

describe("the analysis of oscillation", () => {
  it("counts weights above the threshold, without frozen weights, and shows codes of the liveliest weights", {
    tags: "slow",
  }, async () => {
    const tracker = q.qat.trackOscillation({ record: 20, freeze: { threshold: 0.02 } });
    await q.fit(await prepare(), train, {
      epochs: 15,
      progress: false,
      learningRate: 0.03,
      callbacks: tracker,
    });
    const result = q.analysis.oscillation(tracker);
    const all = tracker.kernels();
    const free = all.flatMap(({ frequency, frozen }) =>
      Array.from(frequency, (f, i) => f > 0.005 && frozen[i] === 0),
    );
    expect(result.share).toBeCloseTo(free.filter(Boolean).length / free.length, 10);
    expect(result.share).toBeGreaterThan(0.01);
    expect(result.rows.map(({ weights }) => weights)).toEqual(
      all.map(({ frozen }) => frozen.length),
    );
    expect(result.rows.some((row) => row["frozen (%)"] > 0)).toBe(true);
    expect(q.analysis.oscillation(tracker, { threshold: 0.5 }).share).toBe(0);

    const { layer } = all[0]!;
    const [trace] = result.raster({ layer, weights: 5 }).spec.data as {
      z: number[][];
      x: number[];
    }[];
    const changes = (codes: number[]) => codes.filter((c, i) => i > 0 && c !== codes[i - 1]).length;
    const counts = tracker
      .codes(layer)
      .map(changes)
      .toSorted((a, b) => b - a);
    expect(trace!.z.map(changes)).toEqual(counts.slice(0, 5));
    const [chosen] = result.raster({ layer, weights: [7, 2] }).spec.data as { z: number[][] }[];
    expect(chosen!.z).toEqual(tracker.codes(layer, [7, 2]));
    expect([trace!.x[0], trace!.x.at(-1)]).toEqual([tracker.steps - 19, tracker.steps]);
    expect(() => q.analysis.oscillation({} as never)).toThrow("invalid tracker");
    expect(() => q.analysis.oscillation(tracker, { threshold: 5 })).toThrow("invalid threshold: 5");
  });
});
