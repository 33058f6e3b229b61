import seedrandom from "seedrandom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { clopperPearson } from "../../src/statistics/index.js";
import { any, digits, trainedCnn, trainedMlp, whole } from "../fixtures/index.js";

const { tf } = q;
let test: q.Dataset;
let known: q.Dataset;
let cnn: q.tf.LayersModel;
let prepared: q.tf.LayersModel;
const kept: q.Dataset[] = [];

beforeAll(async () => {
  const parts = await digits();
  test = parts.test;
  known = test.take(300);
  kept.push(known);
  cnn = await trainedCnn();
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  prepared = await q.prepare(cnn, scheme, { calibration: parts.train.take(128) });
});
afterAll(() => {
  for (const data of kept) data.dispose();
});

const later = (start: number, count: number) => test.xs.slice(300 + start, count);

describe("q.monitor", () => {
  it("predicts as the model does, and is silent where nothing changes", () => {
    const monitor = q.monitor(cnn, known);
    const xs = later(0, 300);
    const expected = Array.from((cnn.predict(xs) as q.tf.Tensor).dataSync());
    expect(Array.from(monitor.predict(xs).dataSync())).toEqual(expected);
    expect([monitor.seen, monitor.alarm, monitor.problem]).toEqual([300, undefined, undefined]);
    expect(String(monitor)).toBe("no alarm in 300 examples, of 14 statistics");
    expect(monitor.figure.spec.layout.title).toEqual({ text: "No alarm" });
  });

  it("rings for darker, brighter and noisier inputs, and says why", () => {
    for (const [name, statistic] of [
      ["brightness", /mean of the input|share of class/],
      ["contrast", /spread of the input|share of class/],
      ["noise", /spread of the input|mean of the input|confidence|share of class/],
    ] as const) {
      const monitor = q.monitor(cnn, known);
      monitor.predict(later(0, 200));
      const spoiled = q.robustness.corrupt(test, name, { severity: 4 });
      monitor.predict(spoiled.xs);
      spoiled.dispose();
      const alarm = monitor.alarm!;
      expect(alarm.statistic, name).toMatch(statistic);
      expect(alarm.at).toBeGreaterThan(200);
      expect(alarm.at).toBeLessThan(350);
      expect(Math.abs(alarm.since - 201)).toBeLessThan(100);
      expect(alarm.capital).toBeGreaterThanOrEqual(monitor.bound);
      expect(alarm.reason).toContain(`${alarm.statistic} is `);
      expect(monitor.bound).toBeCloseTo(1400, 8);
    }
  });

  it("rings for a class that comes more often", () => {
    const monitor = q.monitor(cnn, known, { labels: "zero one two 3 4 5 6 7 8 9".split(" ") });
    const named = tf.argMax(cnn.predict(test.xs) as q.tf.Tensor, -1).dataSync();
    const ones = [...named.keys()].filter((i) => named[i] === 1).slice(0, 20);
    const often = Array.from({ length: 120 }, (_, i) => ones[i % ones.length]!);
    monitor.predict(tf.gather(test.xs, often));
    expect(monitor.alarm!.statistic).toBe("the share of class one");
    expect(monitor.alarm!.mean).toBeGreaterThan(0.8);
    expect(monitor.alarm!.reference).toBeLessThan(0.2);
  });

  it("goes on from its saved state with the same numbers", () => {
    const whole = q.monitor(prepared, known, { clipEvery: 10 });
    const parts = q.monitor(prepared, known, { clipEvery: 10 });
    const [first, second] = [later(0, 57), later(57, 80)];
    for (const xs of [first, second]) whole.predict(xs);
    parts.predict(first);
    const restored = q.restoreMonitor(prepared, parts.save());
    restored.predict(second);
    expect(restored.save()).toBe(whole.save());
    restored.reset();
    expect(restored.evidence).toEqual(q.monitor(prepared, known).evidence);
  });

  it("sees an example as it sees it in a batch", () => {
    const [batch, single] = [q.monitor(cnn, known), q.monitor(cnn, known)];
    const xs = later(0, 12);
    const outputs = cnn.predict(xs) as q.tf.Tensor;
    batch.observe(xs, outputs);
    for (let i = 0; i < 12; i++) single.observe(xs.slice(i, 1), outputs.slice(i, 1));
    expect(single.save()).toBe(batch.save());
  });

  it("watches the clip rate of each quantizer, of prepared and of integer models", () => {
    const bright = tf.tidy(() => test.xs.mul(1.6)) as q.tf.Tensor;
    for (const model of [prepared, q.convert(prepared)]) {
      const monitor = q.monitor(model, known, { clipEvery: 1 });
      const names = Object.keys(monitor.evidence).filter((name) => name.includes("clip rate"));
      expect(names.length).toBeGreaterThan(3);
      monitor.predict(later(0, 60));
      expect(monitor.problem).toBeUndefined();
      expect(monitor.alarm).toBeUndefined();
      monitor.predict(bright.slice(0, 100));
      const rung = names.filter((name) => monitor.evidence[name]! > monitor.bound);
      expect(rung.length).toBeGreaterThan(0);
    }
    bright.dispose();
  });

  it("never stops the inference that it watches", () => {
    const monitor = q.monitor(cnn, known);
    const broken = tf.fill([30, 8, 8, 1], Number.NaN);
    expect(monitor.predict(broken).shape).toEqual([30, 10]);
    expect(monitor.alarm!.statistic).toBe("the share of examples with values that aren't finite");
    expect(() => monitor.observe(tf.zeros([2, 8, 8, 1]), tf.zeros([3, 10]))).not.toThrow();
    expect(monitor.problem).toContain("invalid examples: tensors of shapes [2, 8, 8, 1], [3, 10]");
    expect(() => monitor.observe(any(undefined), any(null))).not.toThrow();
    expect(monitor.seen).toBe(30);
  });

  it("takes models with two inputs, and models that predict a number", () => {
    const [a, b] = [tf.input({ shape: [2], name: "a" }), tf.input({ shape: [3], name: "b" })];
    const joined = tf.layers.concatenate().apply([a, b]) as q.tf.SymbolicTensor;
    const output = tf.layers.dense({ units: 1 }).apply(joined) as q.tf.SymbolicTensor;
    const model = tf.model({ inputs: [a, b], outputs: output });
    const xs = [q.random.normal([60, 2], { seed: 1 }), q.random.normal([60, 3], { seed: 2 })];
    const monitor = q.monitor(model, { xs });
    monitor.predict(xs.map((x) => x.slice(0, 20)));
    expect(Object.keys(monitor.evidence)).toContain("the mean of b");
    expect(Object.keys(monitor.evidence).at(-1)).toBe("the output's mean");
    expect([monitor.problem, monitor.seen]).toEqual([undefined, 20]);
  });

  it("refuses few examples, broken ones, and another model's state", async () => {
    const few = test.take(20);
    const gap = { xs: tf.fill([50, 8, 8, 1], Number.NaN) };
    const other = await trainedMlp();
    const saved = q.monitor(cnn, known).save();
    const cases: [() => unknown, string][] = [
      [() => q.monitor(cnn, few), "invalid reference: 20 examples (expected at least 40 examples"],
      [() => q.monitor(cnn, gap), "invalid reference: example 0 has values that aren't finite"],
      [() => q.monitor(cnn, known, { falseAlarm: 0 }), "invalid falseAlarm: 0"],
      [() => q.restoreMonitor(other, saved), "invalid state: it belongs to another model"],
      [() => q.restoreMonitor(cnn, "{}"), "invalid state: no saved monitor"],
      [() => q.restoreMonitor(cnn, any(undefined)), "invalid state: no saved monitor"],
    ];
    for (const [call, message] of cases) expect(call).toThrow(message);
    few.dispose();
  });

  it.each(["float", "integer"])(
    "watches the %s model and rings in at most one stream of a hundred in which nothing changes, and soon after a change",
    { tags: "slow", timeout: whole ? 3_600_000 : 30_000 },
    (kind) => {
      const model = kind === "float" ? cnn : q.convert(prepared);
      const random = seedrandom.alea("streams");
      // The inputs become brighter by one standard deviation of their mean, 0.04.
      const answered = (xs: q.tf.Tensor) => ({ xs, outputs: model.predict(xs) as q.tf.Tensor });
      const same = answered(test.xs);
      const brighter = answered(test.xs.add(0.04));
      const draw = (count: number) =>
        tf.tensor1d(
          Int32Array.from({ length: count }, () => Math.floor(random() * test.size)),
          "int32",
        );
      const show = (monitor: q.Monitor, { xs, outputs }: typeof same, count: number) => {
        const some = draw(count);
        monitor.observe(tf.gather(xs, some), tf.gather(outputs, some));
      };
      const [streams, length] = whole ? [1000, 10_000] : kind === "float" ? [6, 2000] : [3, 1000];
      const delays: number[] = [];
      let rung = 0;
      for (let stream = 0; stream < streams; stream++) {
        tf.tidy(() => {
          const monitor = q.monitor(model, { xs: tf.gather(test.xs, draw(300)) }, { seed: stream });
          for (let seen = 0; seen < length; seen += 500) show(monitor, same, 500);
          if (monitor.alarm) rung++;
          else {
            show(monitor, brighter, 400);
            delays.push(
              monitor.alarm ? (monitor.alarm as q.Alarm).at - length : Number.POSITIVE_INFINITY,
            );
          }
          expect(monitor.problem).toBeUndefined();
        });
      }
      delays.sort((a, b) => a - b);
      const delay = delays[Math.ceil(0.95 * delays.length) - 1];
      if (whole) console.log({ kind, rung, streams, ...clopperPearson(rung, streams), delay });
      expect(rung / streams).toBeLessThanOrEqual(0.01);
      expect(delay).toBeLessThanOrEqual(300);
    },
  );
});
