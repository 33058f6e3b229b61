import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { bits } from "./agreement.js";
import { nets } from "./nets.js";
import { numbers } from "./numbers.js";
import { modelOf, trainingOf } from "./training.js";

const { tf } = q;
type Tensor = q.tf.Tensor;
const exact = { rewrite: false };

/** Two models that begin alike, each with a step of its own: one as it is, one compiled. */
function twins(options: q.CompileOptions = exact) {
  const [model, other] = [modelOf(nets.dense!), modelOf(nets.dense!)];
  copyWeights(model, other);
  const [x, y] = [numbers([4, 5]), numbers([4, 3], 2)];
  const [optimizer, otherOptimizer] = [tf.train.adam(0.01), tf.train.adam(0.01)];
  const eager = trainingOf(model, { optimizer: () => optimizer }).step;
  const compiled = q.compile(
    trainingOf(other, { optimizer: () => otherOptimizer }).step as (x: Tensor, y: Tensor) => Tensor,
    options,
  );
  const step = (times = 1) => {
    for (let i = 0; i < times; i++) tf.dispose([eager(x, y), compiled(x, y)]);
  };
  return { model, other, optimizer, otherOptimizer, eager, compiled, step, x, y };
}

function copyWeights(from: q.tf.LayersModel, to: q.tf.LayersModel): void {
  tf.tidy(() => {
    to.setWeights(from.getWeights().map((w) => tf.tensor(w.dataSync().slice(), w.shape)));
  });
}

const weights = (model: q.tf.LayersModel) => model.getWeights().map(bits);

describe("a variable that a compiled step trains", () => {
  it("has its newest value whichever way it is read", { tags: "slow" }, async () => {
    const { model, other, step, x } = twins();
    step(4);
    expect(weights(other)).toEqual(weights(model));
    step();
    const [kernel, twin] = [model, other].map((m) => m.weights[0]!.read() as q.tf.Variable);
    expect(twin!.dataSync()).toEqual(kernel!.dataSync());
    step();
    expect(await twin!.data()).toEqual(await kernel!.data());
    step();
    expect(bits(twin!.square())).toBe(bits(kernel!.square()));
    step();
    expect(bits(other.predict(x) as Tensor)).toBe(bits(model.predict(x) as Tensor));
    step();
    expect(bits(twin!.clone())).toBe(bits(kernel!.clone()));
    step();
    const saved = await Promise.all([model, other].map(saveToMemory));
    expect(saved[1]).toEqual(saved[0]);
  });

  it("is honoured where it is assigned between steps", { tags: "slow" }, () => {
    const { model, other, step } = twins();
    step(4);
    for (const m of [model, other]) {
      tf.tidy(() => m.setWeights(m.getWeights().map((w) => w.mul(0.5))));
    }
    step();
    expect(weights(other)).toEqual(weights(model));
    for (const m of [model, other]) {
      tf.tidy(() => (m.weights[1]!.read() as q.tf.Variable).assign(tf.fill([7], 0.25)));
    }
    step(2);
    expect(weights(other)).toEqual(weights(model));
  });

  it("is shared with another compiled function, of another batch too", { tags: "slow" }, () => {
    const { model, other, step, compiled, eager, x } = twins();
    const forward = q.compile((x: Tensor) => other.apply(x) as Tensor, exact);
    const [few, fewTargets] = [numbers([2, 5], 8), numbers([2, 3], 9)];
    for (let i = 0; i < 8; i++) {
      step();
      expect(bits(forward(x))).toBe(bits(model.apply(x) as Tensor));
      expect(bits(forward(few))).toBe(bits(model.apply(few) as Tensor));
      expect(bits(compiled(few, fewTargets))).toBe(bits(eager(few, fewTargets)));
    }
    expect(weights(other)).toEqual(weights(model));
    forward.dispose();
    compiled.dispose();
    expect(weights(other)).toEqual(weights(model));
    step(3);
    expect(weights(other)).toEqual(weights(model));
  });

  it("leaves a clone of itself as it was", () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const before = w.clone();
    const decay = q.compile((rate: Tensor) => {
      w.assign(w.mul(rate));
      return w.sub(before).sum();
    }, exact);
    const distances = [1, 2, 3, 4].map(() => decay(tf.scalar(0.5)).dataSync()[0]);
    expect(distances).toEqual([-1.5, -2.25, -2.625, -2.8125]);
    const during = w.clone();
    tf.dispose(decay(tf.scalar(0.5)));
    expect([...before.dataSync()]).toEqual([1, 2]);
    expect([...during.dataSync()]).toEqual([0.0625, 0.125]);
    expect([...w.dataSync()]).toEqual([0.03125, 0.0625]);
    decay.dispose();
    expect([...w.dataSync()]).toEqual([0.03125, 0.0625]);
  });

  it("takes its values back when the function is disposed, and may be disposed itself", {
    tags: "slow",
  }, () => {
    const w = tf.variable(tf.scalar(1));
    const double = q.compile((x: Tensor) => {
      w.assign(w.mul(x) as never);
      return w.clone();
    });
    const two = tf.scalar(2);
    for (let i = 0; i < 5; i++) tf.dispose(double(two));
    double.dispose();
    expect(w.dataSync()[0]).toBe(32);
    const held = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) tf.dispose(double(two));
    w.dispose();
    expect(tf.memory().numTensors).toBe(held - 1);
    expect(() => double(two)).toThrow("was disposed");
    double.dispose();
  });

  it("may be one that the optimizer keeps", { tags: "slow" }, async () => {
    const { optimizer, otherOptimizer, step } = twins();
    step(7);
    expect(otherOptimizer.iterations).toBe(7);
    const [slots, others] = await Promise.all([
      optimizer.getWeights(),
      otherOptimizer.getWeights(),
    ]);
    expect(others.map(({ tensor }) => bits(tensor))).toEqual(
      slots.map(({ tensor }) => bits(tensor)),
    );
  });

  it("may be integers or truths", () => {
    const count = tf.variable(tf.scalar(0, "int32"));
    const seen = tf.variable(tf.tensor1d([0, 0, 0], "bool"));
    const look = q.compile((x: Tensor) => {
      count.assign(count.add(tf.scalar(1, "int32")) as never);
      seen.assign(seen.logicalOr(x.greater(0)) as never);
      return { count: count.clone(), seen: seen.clone() };
    }, exact);
    for (const values of [
      [0, 0, 1],
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]) {
      tf.dispose(look(tf.tensor1d(values)));
    }
    expect(count.dataSync()).toEqual(Int32Array.of(4));
    expect([...seen.dataSync()]).toEqual([1, 0, 1]);
    const last = look(tf.tensor1d([0, 1, 0]));
    expect([last.count.dtype, last.seen.dtype]).toEqual(["int32", "bool"]);
    expect([...last.seen.dataSync()]).toEqual([1, 1, 1]);
    look.dispose();
  });

  it("may be assigned an argument of the function", () => {
    const last = tf.variable(tf.zeros([2, 3]));
    const keep = q.compile((x: Tensor) => {
      const y = x.reshape([2, 3]);
      last.assign(y);
      return y.sum();
    }, exact);
    for (let i = 0; i < 6; i++) {
      const x = tf.fill([6], i);
      tf.dispose([keep(x), x]);
    }
    expect([...last.dataSync()]).toEqual([5, 5, 5, 5, 5, 5]);
    keep.dispose();
  });

  it("is counted once by tf.memory()", { tags: "slow" }, () => {
    const { step, compiled } = twins();
    step(3);
    const { numTensors, numBytes } = tf.memory();
    step(3);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    compiled.dispose();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });
});

describe("a tensor that a compiled function takes from outside", () => {
  it.each([10, 10_000])("of %i values stays what it is, also once it is disposed", (size) => {
    const table = tf.range(0, size);
    const total = q.compile((x: Tensor) => table.mul(x).sum(), exact);
    const held = tf.memory().numTensors;
    const expected = table.mul(tf.scalar(2)).sum().dataSync()[0];
    for (let i = 0; i < 3; i++) {
      expect(tf.tidy(() => total(tf.scalar(2)).dataSync()[0])).toBe(expected);
    }
    table.dispose();
    for (let i = 0; i < 3; i++) {
      expect(tf.tidy(() => total(tf.scalar(2)).dataSync()[0])).toBe(expected);
    }
    total.dispose();
    // The one that went, and what summed it here.
    expect(tf.memory().numTensors).toBeLessThanOrEqual(held + 2);
  });
});

async function saveToMemory(model: q.tf.LayersModel): Promise<string[]> {
  let data: ArrayBuffer | undefined;
  await model.save({
    save: async ({ weightData }: { weightData?: unknown }) => {
      data = weightData as ArrayBuffer;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" as const } };
    },
  });
  return [Buffer.from(data!).toString("hex")];
}
