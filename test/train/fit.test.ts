import { beforeAll, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits, weights } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;
let test: q.Dataset;

beforeAll(async () => {
  ({ train, test } = await digits());
});

const net = (seed = 1) => cnn({ seed });

describe("fit", () => {
  it("learns the digits, and says how far it came after each epoch", { tags: "slow" }, async () => {
    const model = net();
    const pushed: Record<string, number>[] = [];
    const board = { push: (point: Record<string, number>) => void pushed.push(point) };
    const history = await q.fit(model, train, {
      epochs: 4,
      validation: test,
      board,
      progress: false,
    });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(history[3]!.loss).toBeLessThan(history[0]!.loss / 3);
    expect(history[3]!.validationAccuracy).toBe(q.accuracy(model, test));
    expect(q.accuracy(model, test)).toBeGreaterThan(0.85);
    expect(Object.keys(pushed[0]!)).toEqual([
      "epoch",
      "loss",
      "accuracy",
      "validation loss",
      "validation accuracy",
    ]);
  });

  it("takes the same steps as tfjs's own training, batch normalization included", {
    tags: "slow",
  }, async () => {
    const data = train.take(256);
    const ours = net();
    await q.fit(ours, data, {
      epochs: 1,
      seed: 3,
      learningRate: 0.01,
      schedule: "constant",
      progress: false,
    });

    const theirs = net();
    theirs.compile({
      optimizer: tf.train.adam(0.01),
      loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
    });
    for (const { xs, ys } of data.batches(64, { seed: "3/1" })) {
      await theirs.trainOnBatch(xs, tf.oneHot(ys, 10).toFloat());
    }
    expect(weights(ours)).toEqual(weights(theirs));
  });

  it("gives the same weights for the same seed", { tags: "slow" }, async () => {
    const [a, b, c] = [net(), net(), net()];
    for (const [model, seed] of [
      [a, 1],
      [b, 1],
      [c, 2],
    ] as const) {
      await q.fit(model, train.take(200), { epochs: 2, seed, progress: false });
    }
    expect(weights(a)).toEqual(weights(b));
    expect(weights(a)).not.toEqual(weights(c));
  });

  it("holds no more tensors after five epochs than after one", { tags: "slow" }, async () => {
    const model = net();
    const data = train.take(200);
    await q.fit(model, data, { epochs: 1, validation: test, progress: false });
    const held = tf.memory().numTensors;
    await q.fit(model, data, { epochs: 5, validation: test, progress: false });
    expect(tf.memory().numTensors).toBe(held);
  });

  it("refuses a model that is being trained already, and leaves that training alone", {
    tags: "slow",
  }, async () => {
    const model = net();
    const options = { epochs: 1, progress: false, compile: false };
    const running = q.fit(model, train.take(64), options);
    await expect(q.fit(model, train.take(64), options)).rejects.toThrow(
      `model "${model.name}" is being trained already (await that training before the next one`,
    );
    expect(await running).toHaveLength(1);
    expect(await q.fit(model, train.take(64), options)).toHaveLength(1);
  });

  it("goes on with a model whose training was stopped, before that one has ended", {
    tags: "slow",
  }, async () => {
    const model = net();
    const stop = new AbortController();
    const options = { progress: false, compile: false };
    const stopped = q.fit(model, train, { ...options, epochs: 1000, signal: stop.signal });
    stop.abort();
    const next = q.fit(model, train.take(64), { ...options, epochs: 1 });
    await expect(stopped).rejects.toThrow("abort");
    expect(await next).toHaveLength(1);
  });

  it("stops between two steps when its signal is aborted, weights whole, nothing leaked", {
    tags: "slow",
  }, async () => {
    const model = net();
    const held = tf.memory().numTensors;
    const stop = new AbortController();
    const running = q.fit(model, train, { epochs: 1000, signal: stop.signal, progress: false });
    setTimeout(() => stop.abort(), 60);
    await expect(running).rejects.toThrow("abort");
    expect(tf.memory().numTensors).toBe(held);
    expect(weights(model).flat().every(Number.isFinite)).toBe(true);
    expect(weights(model)).not.toEqual(weights(net()));
  });

  it("lets the event loop turn at least every 50 ms, however fast the machine is", {
    tags: "slow",
  }, async () => {
    // A clock by which each look at it, one a step, comes 12 ms after the one before.
    let clock = 0;
    const now = vi.spyOn(performance, "now").mockImplementation(() => (clock += 12));
    const turns: number[] = [0];
    const turn = vi.spyOn(globalThis, "setImmediate");
    turn.mockImplementation(((callback: () => void) => {
      turns.push(clock);
      queueMicrotask(callback);
    }) as never);
    try {
      await q.fit(net(), train, { epochs: 2, progress: false });
    } finally {
      now.mockRestore();
      turn.mockRestore();
    }
    const gaps = turns.slice(1).map((time, i) => time - turns[i]!);
    expect(gaps.length).toBeGreaterThan(8);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(60);
  });

  it("refuses options that make no sense, showing some that do", { tags: "slow" }, async () => {
    const attempt = (options: object) =>
      q.fit(net(), train, { epochs: 1, progress: false, ...options });
    await expect(attempt({ epochs: 0 })).rejects.toThrow(
      "invalid epochs: 0 (expected a whole number",
    );
    await expect(attempt({ batchSize: 1.5 })).rejects.toThrow("invalid batchSize: 1.5");
    await expect(attempt({ learningRate: -1 })).rejects.toThrow("invalid learningRate: -1");
    await expect(attempt({ optimizer: "adamw" })).rejects.toThrow(
      "invalid optimizer: adamw (expected adam, sgd",
    );
    await expect(attempt({ schedule: "cosine" })).rejects.toThrow(
      'invalid schedule: cosine (expected "linear"',
    );
  });
});

describe("evaluate", () => {
  it("is the mean over all examples, whatever the batches", { tags: "slow" }, () => {
    const model = net();
    const whole = q.evaluate(model, test, { batchSize: 600 });
    const parts = q.evaluate(model, test, { batchSize: 77 });
    expect(parts.accuracy).toBe(whole.accuracy);
    expect(parts.loss).toBeCloseTo(whole.loss, 5);
    const logits = model.predict(test.xs) as q.tf.Tensor2D;
    const right = logits
      .argMax(-1)
      .dataSync()
      .filter((label, i) => label === test.ys.dataSync()[i]);
    expect(whole.accuracy).toBe(right.length / 600);
    // Cross-entropy by its definition, in float64.
    const labels = test.ys.dataSync();
    const rows = logits.arraySync();
    const losses = rows.map(
      (row, i) => Math.log(row.reduce((s, z) => s + Math.exp(z), 0)) - row[labels[i]!]!,
    );
    expect(whole.loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 600, 5);
  });
});
