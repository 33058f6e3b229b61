import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const xs = tf.randomNormal([64, 3], 0, 1, "float32", 1);
const ys = tf.randomNormal([64, 1], 0, 1, "float32", 2);

function make() {
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 1 });
  return tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer })],
  });
}

/** Pulls weights towards a target after each update, by a share that a schedule sets, and counts. */
class Pull extends q.StepCallback {
  readonly share = tf.variable(tf.scalar(0), false);
  readonly count = tf.variable(tf.scalar(0), false);
  readonly told: string[] = [];
  override begin(steps: number) {
    this.told.push(`begin ${steps}`);
    this.count.assign(tf.scalar(0));
  }
  override beforeStep(step: number, steps: number) {
    this.share.assign(tf.scalar(step / steps));
  }
  override afterUpdate() {
    this.count.assign(this.count.add(1));
    for (const weight of this.model.trainableWeights) {
      const latent = weight.read();
      weight.write(latent.add(tf.sub(0.5, latent).mul(this.share)));
    }
  }
  override end() {
    this.told.push("end");
  }
}

const options = { epochs: 10, batchSize: 16, shuffle: false } as const;
const kernel = (model: q.tf.LayersModel) => Array.from(model.getWeights()[0]!.dataSync());

async function byFit(more: Partial<q.FitOptions> = {}) {
  const model = make();
  const pull = new Pull();
  const own = { ...options, optimizer: "adam", schedule: "constant", progress: false } as const;
  await q.fit(model, { xs, ys }, { ...own, loss: "meanSquaredError", callbacks: [pull], ...more });
  return { pull, weights: kernel(model) };
}

describe("a step callback", () => {
  it("does the same in a compiled step, an eager one, and in model.fit", {
    tags: "slow",
  }, async () => {
    const compiled = await byFit({ rewrite: false });
    const eager = await byFit({ compile: false });
    const model = make();
    const pull = new Pull();
    model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
    await model.fit(xs, ys, { ...options, callbacks: [pull], verbose: 0 });
    expect(compiled.weights).toEqual(eager.weights);
    expect(kernel(model)).toEqual(eager.weights);
    expect(compiled.weights[0]).toBeCloseTo(0.5, 1);
    for (const one of [compiled.pull, eager.pull, pull]) {
      expect(one.count.dataSync()[0]).toBe(40);
      expect(one.told).toEqual(["begin 40", "end"]);
    }
  });

  it("follows TensorFlow's own optimizer in a rewritten step", { tags: "slow" }, async () => {
    const rewritten = await byFit();
    const eager = await byFit({ compile: false });
    expect(rewritten.pull.count.dataSync()[0]).toBe(40);
    rewritten.weights.forEach((w, i) => {
      expect(w).toBeCloseTo(eager.weights[i]!, 4);
    });
  });

  it("ends when the training is stopped by an error", { tags: "slow" }, async () => {
    const stop = { onEpochEnd: () => Promise.reject(new Error("enough")) };
    const pull = new Pull();
    const run = byFit({ callbacks: [pull, stop] });
    await expect(run).rejects.toThrow("enough");
    expect(pull.told).toEqual(["begin 40", "end"]);
  });

  it("is called once a step beside callbacks that read each batch", { tags: "slow" }, async () => {
    const pull = new Pull();
    const batches: number[] = [];
    await byFit({
      callbacks: [pull, { onBatchEnd: (_, { size }) => void batches.push(size!) }],
    });
    expect(batches.length).toBe(40);
    expect(pull.count.dataSync()[0]).toBe(40);
  });
});
