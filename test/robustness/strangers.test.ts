import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { any, type Refusal, refuses } from "../fixtures/index.js";

const { tf, robustness } = q;
const { dense, embedding, lstm } = tf.layers;
const size = 24;
const labels = Array.from({ length: size }, (_, i) => i % 3);
const random = (shape: number[], seed = 1) => q.random.uniform(shape, { seed });
const rows = (width: number) => q.dataset(random([size, width]), labels, { classes: 3 });
const images = (shape = [6, 9, 3]) => q.dataset(random([size, ...shape]), labels, { classes: 3 });
const classifier = (activation?: any, units = 3) =>
  tf.sequential({ layers: [dense({ units, activation, inputShape: [4] })] });

describe("The rooms of attacks, shifts and confidence, with data of any kind: q.robustness", () => {
  const few = rows(4);
  const model = classifier();
  const { pgd, masked, curve, corrupt, shift, outside, reliability } = robustness;
  const tensors = (ys: q.tf.Tensor) => ({ xs: few.xs, ys });
  const texts = tensors(tf.tensor1d(labels.map(String)));
  const between = tensors(tf.fill([size], 0.5));
  const several = tensors(tf.ones([size, 3]));
  const pictures = images();
  const standardised = q.dataset(random([size, 6, 6, 1]).sub(0.5).mul(4) as q.tf.Tensor, labels);
  const one = q.dataset(random([size, 4]), new Array(size).fill(0), { classes: 1 });
  const regression = classifier(undefined, 1);
  const sigmoid = classifier("sigmoid");
  const text = tf.sequential({
    layers: [
      embedding({ inputDim: 9, outputDim: 2, inputLength: 4 }),
      lstm({ units: 2 }),
      dense({ units: 3 }),
    ],
  });
  const words = q.dataset(random([size, 4]).mul(8).floor() as q.tf.Tensor, labels);
  const options = { epsilon: 0.1, steps: 2 };
  const cases: Refusal[] = [
    ["labels that are texts", () => pgd(model, texts, options), "class 0 for model"],
    ["labels between classes", () => pgd(model, between, options), "class 0.5"],
    ["several labels at once", () => q.accuracy(model, several), "targets [1, 1, 1] of example 0"],
    ["a single class", () => pgd(regression, one, options), "all examples are of class 0"],
    [
      "numbers of words",
      () => pgd(text, words, { ...options, range: [0, 8] }),
      "looks its input's values up as numbers of words",
    ],
    [
      "a range beside the data",
      () => corrupt(standardised, "blur"),
      "expected a range around them",
    ],
    [
      "an ε beyond the data, in Euclidean distance",
      () => pgd(model, few, { ...options, norm: "l2", epsilon: 2.1 }),
      "a distance from 0 to 2",
    ],
    [
      "signs of masking without an attack",
      () => masked(model, few, { epsilon: 0 }),
      "invalid epsilon: 0",
    ],
    [
      "a model in place of models by name",
      () => curve(any(model), few, { epsilons: [0.1] }),
      "invalid models: none by name",
    ],
    [
      "no model under a name",
      () => curve({ a: any(null) }, few, { epsilons: [0.1] }),
      "invalid options of a of q.robustness.curve: null",
    ],
    [
      "an option of a model that isn't there",
      () => curve({ a: any({ model, thru: "ste" }) }, few, { epsilons: [0.1] }),
      "thru (expected model, through, from)",
    ],
    [
      "a severity in place of severities",
      () => shift({ model }, pictures, { severities: any(3) }),
      "invalid severities: 3",
    ],
    ["confidence of a number", () => outside({ regression }, few, { few }), "has the output [1]"],
    ["confidence of a sigmoid", () => reliability({ sigmoid }, few), "ends in a sigmoid"],
  ];
  refuses(cases);

  it("finds no signs of masking in integers, and says so", async () => {
    const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
    const integer = q.convert(await q.prepare(model, scheme, { calibration: few }));
    await expect(masked(integer, few, options)).rejects.toThrow(
      "no gradients that could be masked",
    );
  });

  it("lets an L2 attack go as far as two examples can lie apart", async () => {
    const attack = await pgd(model, few, { ...options, norm: "l2", epsilon: 1.9 });
    expect(attack.robust.count).toBeLessThan(attack.clean.count || 1);
    attack.dispose();
  });

  it("attacks a network through its sigmoid, however sure that is", async () => {
    const sure = classifier("sigmoid");
    const kernel = random([4, 3], 7).sub(0.5).mul(16) as q.tf.Tensor;
    sure.setWeights([kernel, tf.zeros([3])]);
    const same = classifier();
    same.setWeights([kernel, tf.zeros([3])]);
    const named = tf.argMax(sure.predict(few.xs) as q.tf.Tensor, -1);
    const own = { xs: few.xs, ys: named };
    const [sigmoid, logits] = [await pgd(sure, own, options), await pgd(same, own, options)];
    const [moved, wanted] = [sigmoid.examples.dataSync(), logits.examples.dataSync()];
    wanted.forEach((value, i) => {
      expect(moved[i]).toBeCloseTo(value, 6);
    });
    expect(sigmoid.fooled).toEqual(logits.fooled);
    expect(sigmoid.fooled).toContain(true);
    for (const attack of [sigmoid, logits]) attack.dispose();
  });

  it.each(robustness.corruptionNames())(
    "spoils images of any shape and a single pixel: %s",
    (name) => {
      for (const shape of [
        [6, 9, 3],
        [1, 1, 1],
        [2, 7, 1],
      ]) {
        const data = images(shape);
        const spoiled = corrupt(data, name, { severity: 5 });
        expect(spoiled.xs.shape).toEqual([size, ...shape]);
        expect(spoiled.xs.dataSync().every(Number.isFinite)).toBe(true);
        for (const each of [data, spoiled]) each.dispose();
      }
    },
  );

  it("refuses answers that aren't finite, in place of ranking them", () => {
    const diverged = classifier();
    diverged.setWeights([tf.fill([4, 3], Number.NaN), tf.zeros([3])]);
    expect(() => outside({ diverged }, few, { few })).toThrow("answers example 0 with values");
    const gap = { xs: tf.fill([size, 4], Number.NaN), ys: few.ys };
    expect(() => q.gate(model, model, gap, { churn: 0.1 })).toThrow("example 0 has values that");
  });

  it("compares features of nested and of shared layers", () => {
    const head = tf.sequential({
      layers: [dense({ units: 5, inputShape: [4] }), dense({ units: 3 })],
    });
    const nested = tf.sequential({ layers: [dense({ units: 4, inputShape: [4] }), head] });
    const input = tf.input({ shape: [4] });
    const layer = dense({ units: 4 });
    const twice = layer.apply(layer.apply(input)) as q.tf.SymbolicTensor;
    const shared = tf.model({ inputs: input, outputs: twice });
    const again = few.take(3);
    for (const features of [nested, shared]) {
      const found = q.provenance.duplicates({ few, again }, { features, near: 0 });
      expect(found.between("few", "again")).toHaveLength(3);
    }
    again.dispose();
  });
});

describe("A monitor of any model", () => {
  let data: q.Dataset;
  let model: q.tf.LayersModel;
  beforeAll(() => {
    data = q.dataset(
      random([60, 4]),
      Array.from({ length: 60 }, (_, i) => i % 3),
    );
    model = classifier();
  });

  it("keeps tensors of other shapes as a problem, and counts none of them", () => {
    const cases: [q.tf.Tensor, q.tf.Tensor][] = [
      [tf.ones([5, 3]), tf.ones([5, 3])],
      [tf.ones([5, 4]), tf.ones([5, 7])],
      [tf.scalar(1), tf.scalar(2)],
    ];
    for (const [xs, output] of cases) {
      const monitor = q.monitor(model, data);
      monitor.observe(xs, output);
      expect(monitor.problem).toMatch(/^invalid examples: tensors of shapes/);
      expect(monitor.seen).toBe(0);
    }
  });

  it("takes integers and booleans as inputs", () => {
    const monitor = q.monitor(model, data);
    monitor.observe(tf.ones([3, 4], "int32"), tf.ones([3, 3]));
    monitor.observe(tf.ones([3, 4]).greater(0), tf.ones([3, 3]));
    expect([monitor.problem, monitor.seen]).toEqual([undefined, 6]);
  });

  it("refuses names that aren't one for each class, and states that are broken", () => {
    expect(() => q.monitor(model, data, { labels: ["a"] })).toThrow("3 texts, one for each class");
    expect(() => q.monitor(model, data, { labels: any("abc") })).toThrow("invalid labels: abc");
    const saved = q.monitor(model, data).save();
    const changed = (change: (state: any) => void) => {
      const state = JSON.parse(saved);
      change(state);
      return () => q.restoreMonitor(model, JSON.stringify(state));
    };
    expect(changed(() => undefined)().save()).toBe(saved);
    expect(
      changed((state) => {
        state.version = 1;
      }),
    ).toThrow("invalid state: version 1 (expected 2");
    const breaks: ((state: any) => void)[] = [
      (state) => {
        state.martingales.length = 2;
      },
      (state) => {
        state.martingales[1] = null;
      },
      (state) => {
        state.martingales[1].counts = "a";
      },
      (state) => {
        state.first[0].rises = [1];
      },
      (state) => {
        delete state.form;
      },
      (state) => {
        delete state.random;
      },
    ];
    for (const change of breaks)
      expect(changed(change)).toThrow("parts of it are missing or broken");
  });
});
