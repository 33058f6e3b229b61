import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const xs = tf.tensor2d([
  [1, 2],
  [3, -1],
  [0, 1],
  [2, 2],
]);
const ys = tf.tensor2d([[1], [-2], [0.5], [3]]);
const start = [0.5, -0.25];

/** One linear unit without bias, and its weights after a training on the mean squared error. */
async function train(options: Partial<q.FitOptions>): Promise<number[]> {
  const unit = tf.layers.dense({ units: 1, inputShape: [2], useBias: false });
  const model = tf.sequential({ layers: [unit] });
  tf.tidy(() => unit.setWeights([tf.tensor2d(start, [2, 1])]));
  const fixed = { epochs: 1, batchSize: 4, loss: "meanSquaredError", progress: false } as const;
  await q.fit(model, { xs, ys }, { ...fixed, ...options });
  return [...unit.getWeights()[0]!.dataSync()];
}

/** ∂/∂w of mean((xw − y)²), in float64. */
function gradient(w: number[]): number[] {
  const [rows, targets] = [xs.arraySync(), ys.arraySync()];
  const errors = rows.map((row, i) => row[0]! * w[0]! + row[1]! * w[1]! - targets[i]![0]!);
  return [0, 1].map((j) => errors.reduce((sum, e, i) => sum + (2 * e * rows[i]![j]!) / 4, 0));
}

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 6));

describe("clipNorm", () => {
  const norm = Math.hypot(...gradient(start));

  it("shortens a step to the norm, in the same direction", async () => {
    const expected = start.map((w, j) => w - (0.1 * 0.5 * gradient(start)[j]!) / norm);
    expect(await train({ optimizer: tf.train.sgd(0.1), clipNorm: 0.5 })).toEqual(close(expected));
  });

  it("leaves shorter gradients as they are, bit for bit", async () => {
    const free = await train({ optimizer: tf.train.sgd(0.1), epochs: 3 });
    expect(await train({ optimizer: tf.train.sgd(0.1), epochs: 3, clipNorm: norm * 10 })).toEqual(
      free,
    );
    expect(free).not.toEqual(
      await train({ optimizer: tf.train.sgd(0.1), epochs: 3, clipNorm: 0.5 }),
    );
  });

  it("counts the gradients of all variables together", async () => {
    const two = tf.layers.dense({ units: 1, inputShape: [2] });
    const model = tf.sequential({ layers: [two] });
    const before = [tf.tensor2d(start, [2, 1]), tf.tensor1d([0.75])];
    two.setWeights(before);
    const optimizer = tf.train.sgd(1);
    const options = { epochs: 1, batchSize: 4, loss: "meanSquaredError", progress: false } as const;
    await q.fit(model, { xs, ys }, { ...options, optimizer, clipNorm: 0.01 });
    const moved = two.getWeights().flatMap((w, i) => [...w.sub(before[i]!).dataSync()]);
    expect(Math.hypot(...moved)).toBeCloseTo(0.01, 6);
  });
});

describe("schedule", () => {
  it("as a function decides the rate of each step", async () => {
    const steps: [number, number][] = [];
    const schedule = (step: number, count: number) => {
      steps.push([step, count]);
      return 0.1 / (step + 1);
    };
    let w = start;
    for (const rate of [0.1, 0.05]) w = w.map((one, j) => one - rate * gradient(w)[j]!);
    expect(await train({ optimizer: "sgd", epochs: 2, schedule })).toEqual(close(w));
    expect(steps).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it("leaves an optimizer of tfjs's alone unless a rate or a schedule is given", async () => {
    const step = (rate: number, w = start) => w.map((one, j) => one - rate * gradient(w)[j]!);
    const optimizer = tf.train.sgd(0.1);
    const twice = { optimizer, epochs: 2 };
    expect(await train(twice)).toEqual(close(step(0.1, step(0.1))));
    expect(await train({ ...twice, learningRate: 0.02 })).toEqual(close(step(0.02, step(0.02))));
    expect(await train({ ...twice, schedule: "linear" })).toEqual(close(step(0.05, step(0.1))));
    // It has its own rate again.
    expect(await train(twice)).toEqual(close(step(0.1, step(0.1))));
  });
});

describe("optimizer", () => {
  it.each([
    ["adagrad", () => tf.train.adagrad(0.01)],
    ["Adadelta", () => tf.train.adadelta(1, 0.95)],
    ["adamax", () => tf.train.adamax(0.002)],
    ["RMSProp", () => tf.train.rmsprop(0.001)],
    ["Adam", () => tf.train.adam(0.01)],
  ] as const)("%s is tfjs's, disposed at the end", async (name, make) => {
    const held = tf.memory().numTensors;
    const named = await train({ optimizer: name, schedule: "constant", epochs: 3 });
    expect(tf.memory().numTensors - held).toBe(1); // the model's weights
    expect(named).toEqual(await train({ optimizer: make(), epochs: 3 }));
  });

  it("is refused where its rate can't be set", async () => {
    class Own extends tf.Optimizer {
      static readonly className = "Own";
      override applyGradients() {}
      getConfig() {
        return {};
      }
    }
    await expect(train({ optimizer: new Own() })).resolves.toEqual(start);
    await expect(train({ optimizer: new Own(), learningRate: 0.1 })).rejects.toThrow(
      "invalid optimizer: Own has no learningRate",
    );
  });
});
