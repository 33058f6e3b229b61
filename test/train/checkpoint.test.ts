import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { digits, weights } from "../fixtures/index.js";
import { clean, fresh, net, settings, trained } from "./stopped.js";

const { tf } = q;
let train: q.Dataset;
let test: q.Dataset;

beforeAll(async () => {
  ({ train, test } = await digits());
  train = train.take(200);
  test = test.take(100);
});
afterAll(clean);

describe("a training that was stopped goes on as if it had not, bit for bit,", () => {
  it("eagerly", { tags: "slow" }, async () => {
    const options = { compile: false, validation: test };
    const whole = await trained(train, options);
    const stopped = await trained(train, options, [7, 13]);
    expect(stopped).toEqual(whole);
    expect(whole.taken).toBe(24);
  });

  it("with the user's own optimizer, schedule and callbacks", { tags: "slow" }, async () => {
    class Average extends q.StepCallback {
      readonly average = tf.variable(tf.zeros([10]), false);
      override afterUpdate() {
        const bias = this.model.trainableWeights.at(-1)!.read();
        this.average.assign(this.average.mul(0.9).add(bias.mul(0.1)));
        this.model.trainableWeights.at(-1)!.write(this.average.mul(0.5).add(bias.mul(0.5)));
      }
    }
    const make = (stop: AbortController, counts: { taken: number; at: number }) => {
      const resumed: number[] = [];
      const counting = {
        onBatchEnd: () => void (++counts.taken === counts.at && stop.abort()),
        onResume: (epoch: number) => void resumed.push(epoch),
      };
      const options = {
        optimizer: tf.train.adam(0.02, 0.8, 0.99),
        schedule: (step: number, steps: number) => 0.02 * 0.5 ** (step / steps),
        callbacks: [new Average(), counting],
        rewrite: false,
        signal: stop.signal,
      };
      return { options, resumed };
    };
    const run = async (at: number) => {
      const checkpoint = fresh();
      const counts = { taken: 0, at };
      const first = make(new AbortController(), counts);
      const model = net();
      try {
        await q.fit(model, train, { ...settings, checkpoint, ...first.options });
        return { weights: weights(model), resumed: first.resumed };
      } catch {
        const second = make(new AbortController(), counts);
        const again = net();
        await q.fit(again, train, { ...settings, checkpoint, ...second.options });
        return { weights: weights(again), resumed: second.resumed };
      }
    };
    const [whole, stopped] = [await run(0), await run(11)];
    expect(stopped.weights).toEqual(whole.weights);
    expect([whole.resumed, stopped.resumed]).toEqual([[], [2]]);
  });
});

describe("a checkpoint", () => {
  it("of a training that has ended gives its result, and trains no more", {
    tags: "slow",
  }, async () => {
    const checkpoint = fresh();
    const model = net();
    const options = { ...settings, epochs: 2, checkpoint, validation: test };
    const history = await q.fit(model, train, options);
    const again = net();
    let steps = 0;
    const callbacks = { onBatchEnd: () => void steps++ };
    expect([...(await q.fit(again, train, { ...options, callbacks }))]).toEqual([...history]);
    expect(weights(again)).toEqual(weights(model));
    expect(steps).toBe(0);
  });

  it("takes a file URL, and leaves two files and no tensor behind", { tags: "slow" }, async () => {
    const place = fresh();
    const held = tf.memory().numTensors;
    const model = net();
    const own = tf.memory().numTensors - held;
    const checkpoint = pathToFileURL(place).href;
    await q.fit(model, train, { ...settings, checkpoint });
    expect(readdirSync(place)).toEqual(["0", "1"]);
    expect(tf.memory().numTensors).toBe(held + own);
    await q.fit(model, train, { ...settings, checkpoint });
    expect(tf.memory().numTensors).toBe(held + own);
  });

  it.each([
    ["cut off", (file: string) => truncateSync(file, 100)],
    ["half new, half old", (file: string) => writeFileSync(file, Buffer.alloc(8000, 7))],
  ])("whose last file is %s goes on from the one before", { tags: "slow" }, async (_, harm) => {
    const whole = await trained(train, { compile: false, validation: test });
    const checkpoint = fresh();
    const stop = new AbortController();
    const callbacks = { onEpochBegin: (epoch: number) => epoch === 3 && stop.abort() };
    const options = { ...settings, checkpoint, compile: false, validation: test };
    const stopped = q.fit(net(), train, { ...options, callbacks, signal: stop.signal });
    await expect(stopped).rejects.toThrow("abort");
    // Three epochs, then the stop: the fourth write.
    harm(join(checkpoint, "1", "weights.bin"));
    const epochs: number[] = [];
    const model = net();
    const begins = { onEpochBegin: (epoch: number) => void epochs.push(epoch) };
    const history = await q.fit(model, train, { ...options, callbacks: begins });
    expect(epochs).toEqual([3, 4, 5]);
    expect([...history]).toEqual(whole.history);
    expect(weights(model)).toEqual(whole.weights);
  });

  it("of another training is refused, naming the difference", { tags: "slow" }, async () => {
    const checkpoint = fresh();
    await q.fit(net(), train, { ...settings, epochs: 2, checkpoint });
    const attempt = (options: Partial<q.FitOptions>, model = net(), data: q.TrainingData = train) =>
      q.fit(model, data, { ...settings, epochs: 2, checkpoint, ...options });
    await expect(attempt({}, net(13))).rejects.toThrow(
      /invalid checkpoint: .* is of another training \(model, entry 2: Dense \[64,12\] \[12\] there, Dense \[64,13\] \[13\] here\); give what it was begun with, or another folder/,
    );
    await expect(attempt({ batchSize: 32 })).rejects.toThrow("(batchSize: 64 there, 32 here)");
    await expect(attempt({ epochs: 3 })).rejects.toThrow("(epochs: 2 there, 3 here)");
    await expect(attempt({ optimizer: "sgd" })).rejects.toThrow("(optimizer: Adam {");
    await expect(attempt({ learningRate: 0.1 })).rejects.toThrow(
      "(learningRate: 0.01 there, 0.1 here)",
    );
    const doubled = { xs: train.xs.mul(2), ys: train.ys };
    await expect(
      attempt({ loss: "sparseCategoricalCrossentropy", metrics: "acc" }, net(), doubled),
    ).rejects.toThrow("(data, entry 2: float32 [200,8,8,1]");
  });

  it("in a place that can't be written to is an error that says so", { tags: "slow" }, async () => {
    const file = fresh();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    const attempt = (checkpoint: unknown) =>
      q.fit(net(), train, { ...settings, checkpoint: checkpoint as string });
    await expect(attempt(join(file, "run"))).rejects.toThrow(
      /can't be written: .*exists as a file/,
    );
    await expect(attempt("gopher://x")).rejects.toThrow("TensorFlow.js can't save there");
    await expect(attempt("")).rejects.toThrow("expected a folder");
    await expect(attempt(7)).rejects.toThrow("invalid checkpoint: 7");
  });
});
