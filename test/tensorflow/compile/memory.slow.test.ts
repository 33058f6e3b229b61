import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { withoutPool } from "../../../src/tensorflow/compile/graphPool.js";
import { numbers } from "./numbers.js";
import { trainingOf } from "./training.js";

const { tf } = q;
type Tensor = q.tf.Tensor;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

// Other processes' graphs aren't in this one's.
const temporary = mkdtempSync(join(tmpdir(), "qatlab-memory-"));
process.env.TMPDIR = temporary;
afterAll(() => rmSync(temporary, { recursive: true }));

/** Megabytes that the process has in memory, garbage aside. */
function resident(): number {
  collectGarbage();
  return process.memoryUsage().rss / 2 ** 20;
}

/**
 * Runs something until it takes less than so many megabytes more: the allocator's pools grow at
 * first, in more steps on a busy machine; a leak grows each time.
 */
function expectSettled(run: () => void, megabytes: number): void {
  const grown: number[] = [];
  while (grown.length < 5 && !(grown.at(-1)! < megabytes)) {
    const before = resident();
    run();
    grown.push(resident() - before);
  }
  expect(grown.at(-1), `megabytes in each run: ${grown}`).toBeLessThan(megabytes);
}

const sessions = () => (tf.backend() as any).binding.getNumOfSavedModels() as number;
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("qatlab-graph-"));

function tinyModel(): q.tf.LayersModel {
  const input = tf.input({ shape: [5] });
  const hidden = tf.layers.dense({ units: 8, activation: "relu" }).apply(input);
  const output = tf.layers.dense({ units: 3 }).apply(hidden as q.tf.SymbolicTensor);
  return tf.model({ inputs: input, outputs: output as q.tf.SymbolicTensor });
}

const [x, y] = [numbers([4, 5]), numbers([4, 3], 2)];
const compiledStep = (model: q.tf.LayersModel) =>
  q.compile(trainingOf(model).step as (x: Tensor, y: Tensor) => Tensor);

describe("memory", () => {
  it("stays as it is over 10,000 compiled steps", () => {
    const model = tinyModel();
    const step = compiledStep(model);
    const run = (count: number) => {
      for (let i = 0; i < count; i++) tf.dispose(step(x, y));
    };
    run(2000);
    const { numTensors, numBytes } = tf.memory();
    expectSettled(() => run(8000), 4);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    step.dispose();
    model.dispose();
  });

  it("stays as it is over steps between which variables are read and assigned", () => {
    const model = tinyModel();
    const step = compiledStep(model);
    const kernel = model.trainableWeights[0]!.read() as q.tf.Variable;
    const run = (count: number) => {
      for (let i = 0; i < count; i++) {
        tf.dispose(step(x, y));
        kernel.dataSync();
        tf.tidy(() => kernel.assign(kernel.mul(0.999)));
      }
    };
    run(3000);
    const { numTensors, numBytes } = tf.memory();
    expectSettled(() => run(3000), 4);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    step.dispose();
    model.dispose();
  });

  it("is freed with each of many models that are compiled and disposed", () => {
    const run = (count: number) => {
      for (let i = 0; i < count; i++) {
        const optimizer = tf.train.adam(0.01);
        const model = tinyModel();
        const { step } = trainingOf(model, { optimizer: () => optimizer });
        const compiled = q.compile(step as (x: Tensor, y: Tensor) => Tensor);
        for (let call = 0; call < 4; call++) tf.dispose(compiled(x, y));
        compiled.dispose();
        model.dispose();
        optimizer.dispose();
        // TensorFlow.js's Adam doesn't free the powers of its decay rates.
        tf.dispose([(optimizer as any).accBeta1, (optimizer as any).accBeta2]);
      }
    };
    // TensorFlow's pools grow with the first few.
    run(20);
    const { numTensors } = tf.memory();
    const open = sessions();
    // Models that aren't disposed take 50 and more. Beside another suite each run took up to 35, alone less than 24.
    expectSettled(() => run(40), 40);
    expect(tf.memory().numTensors).toBe(numTensors);
    // One graph served all of them.
    expect(sessions()).toBe(open);
    withoutPool(() => run(10));
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(sessions()).toBe(open);
  });

  it("of a function that nobody has any more serves another one", async () => {
    const open = sessions();
    const forget = () => {
      const w = tf.variable(tf.scalar(3));
      const compiled = q.compile((x: Tensor) => x.mul(w));
      for (let call = 0; call < 4; call++) tf.dispose(compiled(x));
      return w;
    };
    const variables = Array.from({ length: 5 }, forget);
    expect(sessions()).toBe(open + 5);
    for (let i = 0; i < 30; i++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 20));
      variables.push(forget());
    }
    expect(sessions()).toBeLessThan(open + 15);
    for (const w of variables) expect(w.dataSync()[0]).toBe(3);
  });

  it("is bounded by the size of the cache", () => {
    withoutPool(() => {
      const open = sessions();
      const compiled = q.compile((x: Tensor) => x.square(), { cacheSize: 3 });
      for (let n = 1; n < 7; n++) {
        for (let call = 0; call < 3; call++) tf.tidy(() => compiled(tf.ones([n])));
      }
      expect(sessions()).toBe(open + 3);
      compiled.dispose();
      expect(sessions()).toBe(open);
    });
  });

  it("holds graphs for other models up to a number, and variables up to a size", () => {
    const made = (n: number, values: number) => {
      const w = tf.variable(tf.ones([values]));
      const step = q.compile((x: Tensor) => w.mul(x.sum()));
      for (let call = 0; call < 3; call++) tf.tidy(() => step(tf.ones([n])));
      step.dispose();
      w.dispose();
    };
    const open = sessions();
    for (let n = 1; n <= 70; n++) made(n, 1);
    const kept = sessions();
    expect(kept - open).toBeLessThanOrEqual(64);
    made(71, 5 << 20);
    expect(sessions()).toBe(kept);
    for (let n = 1; n <= 6; n++) made(n, 3 << 20);
    // Five of 12 MB each; all that came before them went.
    expect(sessions()).toBeLessThan(kept - 50);
  });

  it("leaves nothing in the temporary folder", () => {
    const compiled = q.compile((x: Tensor) => x.square());
    const before = folders();
    for (let call = 0; call < 4; call++) tf.dispose(compiled(x));
    expect(folders().filter((name) => !before.includes(name))).toEqual([]);
    compiled.dispose();
  });
});
