import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits, whole } from "../fixtures/index.js";
import { clean, fresh } from "../train/stopped.js";

let train: q.Dataset;
let model: q.tf.LayersModel;

beforeAll(async () => {
  train = (await digits()).train.take(160);
  model = cnn({ seed: 3 });
  await q.fit(model, train, { epochs: 4, batchSize: 16, progress: false });
});

afterAll(clean);

const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
const values = (one: q.tf.LayersModel) => one.getWeights().map((w) => [...w.dataSync()]);
const settings = { epochs: 5, batchSize: 32, seed: 1, progress: false } as const;
const options: q.qat.ScheduleOptions = {
  fakeQuantDelay: 1,
  freezeBatchNorm: 4,
  bits: [
    [0, 8],
    [2, 4],
    [4, 3],
  ],
};

it.each([
  ["clippedSte", true],
  ["lsq", false],
] as const)(
  "a schedule gives the same weights compiled as eagerly, at each change, %s, moving average %s",
  async (estimator, movingAverage) => {
    const run = async (compile: boolean) => {
      const prepared = {
        calibration: train,
        batchNorm: "train",
        estimator,
        movingAverage,
      } as const;
      const one = await q.prepare(model, scheme, prepared);
      const more = movingAverage ? { ...options, freezeObserver: 3 } : options;
      const callbacks = q.qat.schedule(more);
      await q.fit(one, train, { ...settings, callbacks, compile, rewrite: false });
      return values(one);
    };
    expect(await run(true)).toEqual(await run(false));
  },
);

describe("a schedule that is interrupted", () => {
  /** The weights after a training that stops after so many steps, and goes on from its checkpoint. */
  async function run(stop?: number) {
    // Whole batches: one graph runs all the time, and keeps slots in units of its own.
    const data = train.take(128);
    const checkpoint = fresh();
    let taken = 0;
    for (;;) {
      const abort = new AbortController();
      const prepared = { calibration: data, batchNorm: "train", estimator: "lsq" } as const;
      const one = await q.prepare(model, scheme, prepared);
      const counting = { onBatchEnd: () => void (++taken === stop && abort.abort()) };
      const callbacks = [q.qat.schedule(options), counting];
      try {
        const all = { ...settings, checkpoint, callbacks, signal: abort.signal };
        await q.fit(one, data, all);
        return values(one);
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      }
    }
  }

  let unstopped: number[][];
  beforeAll(async () => {
    unstopped = await run();
  });

  // Step 16 ends an epoch, after which bits and batch normalization change.
  it.each(whole ? [7, 16] : [16])(
    "goes on compiled and rewritten as if it hadn't been, at step %d",
    async (at) => {
      expect(await run(at)).toEqual(unstopped);
    },
  );
});
