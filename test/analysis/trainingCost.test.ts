import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { peakBytes } from "../../src/tensorflow/profile/peakBytes.js";
import { digits, weights } from "../fixtures/index.js";

const { tf } = q;
const { train, test } = await digits();
const data = train.take(96);
const mlp = (units: number) =>
  q.models.mlp({ inputShape: [8, 8, 1], units: [units], classes: 10, seed: 1 });

it("q.analysis.trainingCost measures ways in turns, and leaves models as they were", {
  tags: "slow",
}, async () => {
  const [small, large] = [mlp(8), mlp(64)];
  const before = [small, large].map(weights);
  const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
  const held = tf.memory().numTensors;
  const cost = await q.analysis.trainingCost(
    {
      float: { model: small, epochs: 3, fit: { batchSize: 32 } },
      PTQ: { run: () => q.quantize(small, scheme, { calibration: data }) },
      large: { model: large, epochs: 2, fit: { batchSize: 32, optimizer: "sgd" } },
    },
    data,
    { rounds: 2, test },
  );
  expect([small, large].map(weights)).toEqual(before);
  expect(tf.memory().numTensors).toBe(held);
  expect(cost.rows.map(({ way, measured, times }) => [way, measured, times])).toEqual([
    ["float", "an epoch", 3],
    ["PTQ", "once", 1],
    ["large", "an epoch", 2],
  ]);
  const [first, , last] = cost.rows;
  expect(first!["accuracy (%)"]).toBe(100 * q.accuracy(small, test));
  expect(last!["memory (MB)"]).toBeGreaterThan(first!["memory (MB)"]);
  for (const row of cost.rows) {
    expect(row["low (ms)"]).toBeLessThanOrEqual(row["time (ms)"]);
    expect(row["high (ms)"]).toBeGreaterThanOrEqual(row["time (ms)"]);
    expect(row["total (s)"]).toBe((row["time (ms)"] * row.times) / 1000);
  }
  expect(cost.table.shape).toEqual([3, 9]);
  expect(String(cost)).toContain("× float");
});

it("q.analysis.trainingCost counts the most bytes that were held at once, not those that were made", async () => {
  const bytes = await peakBytes(async () => {
    for (let i = 0; i < 5; i++) {
      tf.tidy(() => {
        tf.zeros([1000]).add(1).add(1);
      });
    }
    const two = [tf.ones([500]), tf.ones([500])];
    tf.dispose(two);
  });
  // Three vectors of a thousand, and the scalars that were added.
  expect(bytes).toBeGreaterThanOrEqual(12_000);
  expect(bytes).toBeLessThan(12_100);
});

it("q.analysis.trainingCost stops with its trainings when one of the ways fails, or when it is told to", {
  tags: "slow",
}, async () => {
  const model = mlp(8);
  const before = weights(model);
  const { binding } = tf.backend() as unknown as { binding: { getNumOfSavedModels(): number } };
  const sessions = binding.getNumOfSavedModels();
  let calls = 0;
  const run = () => {
    if (++calls < 3) return mlp(4);
    throw new Error("no more");
  };
  const ways = { float: { model, epochs: 1 }, PTQ: { run } };
  await expect(q.analysis.trainingCost(ways, data)).rejects.toThrow("no more");
  const signal = AbortSignal.abort(new Error("enough"));
  const attempt = q.analysis.trainingCost({ float: { model, epochs: 1 } }, data, { signal });
  await expect(attempt).rejects.toThrow("enough");
  expect(weights(model)).toEqual(before);
  expect(binding.getNumOfSavedModels()).toBe(sessions);
});

it("q.analysis.trainingCost refuses ways that can't be measured", async () => {
  const model = mlp(4);
  const attempt = (ways: object, options = {}) =>
    q.analysis.trainingCost(ways as never, data, options);
  await expect(attempt({})).rejects.toThrow("invalid ways: none");
  await expect(attempt({ a: {} })).rejects.toThrow("invalid ways: a (expected { model, epochs }");
  await expect(attempt({ a: { model, epochs: 0 } })).rejects.toThrow("invalid epochs: 0");
  await expect(attempt({ a: { model, epochs: 1 }, b: { model, epochs: 1 } })).rejects.toThrow(
    "expected a model for each way",
  );
  await expect(attempt({ a: { model, epochs: 1 } }, { rounds: 0 })).rejects.toThrow(
    "invalid rounds: 0",
  );
});
