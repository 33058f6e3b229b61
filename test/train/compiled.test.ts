import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits, weights } from "../fixtures/index.js";

const { tf } = q;
type Model = q.tf.LayersModel;
let train: q.Dataset;

beforeAll(async () => {
  ({ train } = await digits());
});

/** 200 examples in steps of 64: a tail of 8. Six epochs are 24 steps, enough to be compiled. */
const settings = { epochs: 6, seed: 3, progress: false } as const;

function dropping(): Model {
  const kernelInitializer = () => tf.initializers.glorotUniform({ seed: 1 });
  return tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [8, 8, 1] }),
      tf.layers.dense({ units: 16, activation: "relu", kernelInitializer: kernelInitializer() }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.gaussianNoise({ stddev: 0.1 }),
      tf.layers.dense({ units: 10, kernelInitializer: kernelInitializer() }),
    ],
  });
}

/** How many graphs are loaded: those that are used, and those that wait for another model of their structure. */
function loaded(): number {
  const { binding } = tf.backend() as unknown as { binding: { getNumOfSavedModels(): number } };
  return binding.getNumOfSavedModels();
}

async function trained(make: () => Model, options: Partial<q.FitOptions> = {}) {
  const model = make();
  const history = await q.fit(model, train.take(200), { ...settings, ...options });
  return { weights: weights(model), losses: history.map(({ loss }) => loss) };
}

describe("a compiled training", () => {
  it("gives nearly the same numbers when TensorFlow rewrites it", { tags: "slow" }, async () => {
    const [eager, compiled] = [await trained(cnn, { compile: false }), await trained(cnn)];
    compiled.weights.forEach((values, i) => {
      const largest = Math.max(...eager.weights[i]!.map(Math.abs));
      values.forEach((value, k) => {
        expect(Math.abs(value - eager.weights[i]![k]!)).toBeLessThan(1e-3 * largest);
      });
    });
  });

  it("drops and adds noise anew in each step, the same as the eager one", {
    tags: "slow",
  }, async () => {
    const eager = await trained(dropping, { compile: false });
    const compiled = await trained(dropping, { rewrite: false });
    expect(compiled).toEqual(eager);
    expect(await trained(dropping, { rewrite: false, seed: 4 })).not.toEqual(eager);
    expect(new Set(compiled.losses).size).toBe(6);
  });

  it("lets callbacks see and change the weights of the last step", { tags: "slow" }, async () => {
    const seen = async (compile: boolean) => {
      const model = cnn();
      const sums: number[] = [];
      const [first] = model.getWeights().map((w) => w.clone());
      await q.fit(model, train.take(200), {
        ...settings,
        compile,
        rewrite: false,
        callbacks: {
          onBatchEnd: () => void sums.push(model.getWeights()[0]!.sum().dataSync()[0]!),
          onEpochEnd: (epoch) => {
            if (epoch === 3) model.layers[0]!.setWeights([first!]);
          },
        },
      });
      return [sums, weights(model)];
    };
    expect(await seen(true)).toEqual(await seen(false));
  });

  it("takes a schedule, and leaves the optimizer's own count and slots as they were in eager", {
    tags: "slow",
  }, async () => {
    const trainedBy = async (compile: boolean) => {
      const optimizer = tf.train.adam(0.01);
      const schedule = (step: number, steps: number) => 0.01 * 0.5 ** (step / steps);
      const result = await trained(cnn, { optimizer, schedule, compile, rewrite: false });
      const state = await optimizer.getWeights();
      return {
        result,
        iterations: optimizer.iterations,
        slots: state.map((w) => [...w.tensor.dataSync()]),
      };
    };
    expect(await trainedBy(true)).toEqual(await trainedBy(false));
  });

  it("names the layer's line that can't be compiled, and trains without", {
    tags: "slow",
  }, async () => {
    class Guessing extends tf.layers.Layer {
      static className = "Guessing";
      override call(inputs: q.tf.Tensor | q.tf.Tensor[]) {
        const [x] = [inputs].flat() as q.tf.Tensor[];
        return x!.mul(x!.mean().dataSync()[0]! > 100 ? 2 : 1);
      }
    }
    const make = () => {
      const model = tf.sequential();
      model.add(tf.layers.flatten({ inputShape: [8, 8, 1] }));
      model.add(new Guessing({}));
      model.add(tf.layers.dense({ units: 10 }));
      return model;
    };
    const held = tf.memory().numTensors;
    const model = make();
    const variables = tf.memory().numTensors - held;
    await expect(q.fit(model, train.take(200), settings)).rejects.toThrow(
      /dataSync\(\) read the result of Mean.*Guessing\.call.*compiled\.test\.ts.*compile: false/s,
    );
    expect(tf.memory().numTensors).toBe(held + variables + 2);
    await q.fit(model, train.take(200), { ...settings, compile: false });
  });

  it("makes a second graph, for the last batch, in long trainings alone", {
    tags: "slow",
  }, async () => {
    const graphs = async (epochs: number, size: number) => {
      const sessions = loaded();
      let count = 0;
      const onEpochEnd = () => {
        count = loaded() - sessions;
      };
      const callbacks = { onEpochEnd };
      await q.fit(dropping(), train.take(size), { ...settings, epochs, callbacks });
      return count;
    };
    expect(await graphs(7, 200)).toBe(1);
    // The first graph is there already: another model of the same structure used it.
    expect(await graphs(8, 200)).toBe(1);
    expect(await graphs(25, 60)).toBe(1);
    expect(await graphs(25, 60)).toBe(0);
  });

  it("leaves no tensor and no session behind, also when it is stopped", {
    tags: "slow",
  }, async () => {
    const model = cnn();
    const data = train.take(200);
    const held = tf.memory().numTensors;
    await q.fit(model, data, { ...settings, epochs: 12 });
    // The next training needs the same graphs.
    const sessions = loaded();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    await expect(
      q.fit(model, data, { ...settings, epochs: 100_000, signal: stop.signal }),
    ).rejects.toThrow("abort");
    expect(weights(model).flat().every(Number.isFinite)).toBe(true);
    expect(tf.memory().numTensors).toBe(held);
    expect(loaded()).toBe(sessions);
  });

  it("of a second model of one structure needs no graph of its own, and no other numbers", {
    tags: "slow",
  }, async () => {
    const first = await trained(dropping);
    const sessions = loaded();
    const second = await trained(dropping);
    const seeded = await trained(dropping, { seed: 4 });
    expect(loaded()).toBe(sessions);
    expect(second).toEqual(first);
    expect(seeded.losses).not.toEqual(first.losses);
  });

  it("refuses options that are neither true nor false", async () => {
    const attempt = (options: object) => trained(cnn, options);
    await expect(attempt({ compile: "yes" })).rejects.toThrow("invalid compile: yes");
    await expect(attempt({ rewrite: 0 })).rejects.toThrow("invalid rewrite: 0");
  });
});
