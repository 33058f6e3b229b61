import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { digits } from "../fixtures/index.js";
import { clean, fresh } from "../train/stopped.js";

const { tf } = q;
let train: q.Dataset;
let model: q.tf.LayersModel;

beforeAll(async () => {
  train = (await digits()).train.take(64);
  const { layers, initializers } = tf;
  const dense = (units: number, seed: number) =>
    layers.dense({
      units,
      name: `dense${seed}`,
      kernelInitializer: initializers.heNormal({ seed }),
    });
  model = tf.sequential({
    layers: [
      layers.flatten({ inputShape: [8, 8, 1], name: "flatten" }),
      dense(12, 1),
      layers.batchNormalization({ momentum: 0.9, name: "norm" }),
      layers.reLU({ name: "relu" }),
      dense(12, 2),
      layers.reLU({ name: "relu2" }),
      dense(10, 3),
    ],
  });
  return clean;
});

const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
const prepare = (more: object = {}, given = scheme) =>
  q.prepare(model, given, { calibration: train, ...more });
const values = (one: q.tf.LayersModel) => one.getWeights().map((w) => [...w.dataSync()]);
const settings = { epochs: 5, batchSize: 16, seed: 1, progress: false } as const;
const fused = (one: q.tf.LayersModel) =>
  (one.getLayer("dense1") as q.QuantizedLayer).inner as q.qat.TrainedBatchNorm;

/** The state of the model in each epoch. */
function watch(one: q.tf.LayersModel) {
  const seen: unknown[] = [];
  const onEpochEnd = () => {
    const all = q.qat.quantizers(one);
    const only = <T>(list: T[]) => [...new Set(list)];
    const bits = (role: string) =>
      only(all.filter((one) => one.role === role).map(({ format }) => format.bits));
    const rounding = only(all.map(({ fakeQuantizing }) => fakeQuantizing));
    const observing = only(all.map(({ observing }) => observing));
    seen.push([rounding, observing, fused(one).frozen, bits("weights"), bits("activations")]);
  };
  return { seen, onEpochEnd };
}

const options: q.qat.ScheduleOptions = {
  fakeQuantDelay: 1,
  freezeObserver: 3,
  freezeBatchNorm: 4,
  bits: [
    [0, 8],
    [2, 4],
    [4, 3],
  ],
};
const states = [
  [[false], [true], false, [8], [8]],
  [[true], [true], false, [8], [8]],
  [[true], [true], false, [4], [4]],
  [[true], [false], false, [4], [4]],
  [[true], [false], true, [3], [3]],
];

describe("a schedule", () => {
  it("makes each change after the number of epochs that it names, in q.fit and in model.fit", {
    tags: "slow",
  }, async () => {
    const [a, b] = [
      await prepare({ movingAverage: true, batchNorm: "train" }),
      await prepare({ movingAverage: true, batchNorm: "train" }),
    ];
    const [ours, theirs] = [watch(a), watch(b)];
    const callbacks = [q.qat.schedule(options), { onEpochEnd: ours.onEpochEnd }];
    await q.fit(a, train, { ...settings, callbacks, compile: false });
    expect(ours.seen).toEqual(states);
    b.compile({ optimizer: "adam", loss: "meanSquaredError" });
    const watcher = new tf.CustomCallback({ onEpochEnd: async () => theirs.onEpochEnd() });
    await b.fit(train.xs, tf.oneHot(train.ys, 10), {
      epochs: 5,
      batchSize: 32,
      verbose: 0,
      callbacks: [q.qat.schedule(options), watcher],
    });
    expect(theirs.seen).toEqual(states);
  });

  it("trains in float before fake quantization begins", { tags: "slow" }, async () => {
    const [delayed, off] = [await prepare(), await prepare()];
    const callbacks = q.qat.schedule({ fakeQuantDelay: 2 });
    const short = { ...settings, epochs: 2, compile: false };
    await q.fit(delayed, train, { ...short, callbacks });
    q.qat.disableFakeQuant(off);
    await q.fit(off, train, short);
    expect(values(delayed)).toEqual(values(off));
  });

  it("leaves tensors that were prepared with more bits as they are, and sets each role alone", {
    tags: "slow",
  }, async () => {
    const ends = q.scheme({ weights: q.int(3), activations: q.uint(3), firstAndLast: 8 } as never);
    const one = await prepare({}, ends);
    const bits = () => {
      const layers = ["dense1", "dense2", "dense3"].map(
        (name) => one.getLayer(name) as q.QuantizedLayer,
      );
      return layers.map(({ weightFormat }) => weightFormat!.bits);
    };
    const seen: number[][] = [];
    const activations = new Set<number>();
    const callbacks = [
      q.qat.schedule({
        bits: {
          weights: [
            [0, 6],
            [1, 4],
            [2, 3],
          ],
        },
      }),
      {
        onEpochEnd: () => {
          seen.push(bits());
          activations.add((one.getLayer("relu2") as q.QuantizedLayer).activationFormat!.bits);
          activations.add((one.getLayer("relu") as q.QuantizedLayer).activationFormat!.bits);
        },
      },
    ];
    await q.fit(one, train, { ...settings, epochs: 3, callbacks, compile: false });
    expect(seen).toEqual([
      [8, 6, 8],
      [8, 4, 8],
      [8, 3, 8],
    ]);
    expect([...activations].sort()).toEqual([3, 8]);
  });

  it("finds ranges anew for fewer bits: of weights always, of activations with examples", {
    tags: "slow",
  }, async () => {
    const bits: q.qat.BitSteps = [
      [0, 8],
      [1, 3],
    ];
    const ranges = async (more: object) => {
      const one = await prepare();
      const layer = one.getLayer("relu") as q.QuantizedLayer;
      const still = { ...settings, epochs: 2, learningRate: 1e-12, compile: false };
      await q.fit(one, train, { ...still, callbacks: q.qat.schedule({ bits, ...more }) });
      return [
        (one.getLayer("dense2") as q.QuantizedLayer).ranges().weights,
        layer.ranges().activations,
      ];
    };
    const asPrepared = await prepare();
    const [weights, activations] = [
      (asPrepared.getLayer("dense2") as q.QuantizedLayer).ranges().weights,
      (asPrepared.getLayer("relu") as q.QuantizedLayer).ranges().activations,
    ];
    // Back at 3 bits and with nothing trained, the ranges are those that preparing found.
    expect(await ranges({})).toEqual([weights, activations]);
    expect(await ranges({ calibration: train })).toEqual([weights, activations]);
    const [, widest] = await ranges({ calibration: train, method: "minmax" });
    const end = (range: q.ValueRange | undefined) => (range!.max as Float32Array)[0]!;
    expect(end(widest as q.ValueRange)).toBeGreaterThan(end(activations));
  });

  it("goes on after an interrupt as if it had not stopped", { tags: "slow" }, async () => {
    const more = { movingAverage: true, batchNorm: "train" };
    const run = async (at: number) => {
      const checkpoint = fresh();
      let taken = 0;
      for (;;) {
        const one = await prepare(more);
        const stop = new AbortController();
        const counting = { onBatchEnd: () => void (++taken === at && stop.abort()) };
        const callbacks = [q.qat.schedule(options), counting];
        const all = { ...settings, checkpoint, callbacks, signal: stop.signal, compile: false };
        try {
          await q.fit(one, train, all);
          const { seen, onEpochEnd } = watch(one);
          onEpochEnd();
          return { seen, values: values(one) };
        } catch (error) {
          if (!stop.signal.aborted) throw error;
        }
      }
    };
    const whole = await run(0);
    expect(whole.seen).toEqual([states[4]]);
    for (const at of [3, 10]) expect(await run(at)).toEqual(whole);
  });

  it("refuses options that make no sense, showing some that do", { tags: "slow" }, async () => {
    const make = (given: object) => () => q.qat.schedule(given as never);
    expect(make({})).toThrow("invalid schedule: nothing changes");
    expect(make({ fakeQuantDelay: -1 })).toThrow(
      "invalid fakeQuantDelay: -1 (expected a whole number",
    );
    expect(make({ freezeObserver: 1.5 })).toThrow("invalid freezeObserver: 1.5");
    expect(make({ bits: 4 })).toThrow("invalid bits: 4 (expected steps, as in [[0, 8], [3, 4]]");
    expect(make({ bits: [[0, 33]] })).toThrow("invalid bits: 33 (expected an integer from 1 to 16");
    expect(
      make({
        bits: [
          [3, 4],
          [2, 8],
        ],
      }),
    ).toThrow("a step after 2 epochs");
    const attempt = async (given: q.qat.ScheduleOptions, one = prepare()) =>
      q.fit(await one, train, { ...settings, callbacks: q.qat.schedule(given) });
    await expect(attempt({ freezeObserver: 1 })).rejects.toThrow("movingAverage: true");
    await expect(attempt({ freezeBatchNorm: 1 })).rejects.toThrow('batchNorm: "train"');
    await expect(
      attempt({
        bits: [
          [0, 8],
          [1, 2],
        ],
      }),
    ).rejects.toThrow("invalid bits: 2 for weights (the model was prepared with at least 3");
    await expect(attempt({ fakeQuantDelay: 1 }, Promise.resolve(model))).rejects.toThrow(
      "has no quantizers",
    );
  });
});
