import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { nodeBackend } from "../../src/tensorflow/loading/nodeBackend.js";

const { tf } = q;
const few = { calls: 4 };

/** A training step by tfjs alone, and what it changes. */
function training(model: q.tf.LayersModel, optimizer = tf.train.adam(0.01), batch = 16) {
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const xs = tf.randomUniform([batch, ...shape], 0, 1, "float32", 1);
  const ys = tf.oneHot(tf.range(0, batch, 1, "int32").mod(10).toInt(), 10);
  const weights = model.trainableWeights.map((weight) => weight.read() as q.tf.Variable);
  const step = (xs: q.tf.Tensor, ys: q.tf.Tensor) =>
    tf.tidy(
      () =>
        optimizer.minimize(
          () => {
            const logits = model.apply(xs, { training: true }) as q.tf.Tensor2D;
            return tf.losses.softmaxCrossEntropy(ys, logits) as q.tf.Scalar;
          },
          true,
          weights,
        )!,
    );
  return { xs, ys, step, optimizer };
}

function convolutional() {
  const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
  return tf.sequential({
    layers: [
      conv2d({ inputShape: [28, 28, 1], filters: 16, kernelSize: 3, activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 64, activation: "relu" }),
      dense({ units: 10 }),
    ],
  });
}

function recurrent() {
  const { lstm, dense } = tf.layers;
  return tf.sequential({ layers: [lstm({ units: 16, inputShape: [8, 8] }), dense({ units: 10 })] });
}

/** The ops that tfjs's kernels ask the backend for while `run` runs. */
function countedByHand(run: () => unknown): Map<string, number> {
  const backend = nodeBackend();
  const counts = new Map<string, number>();
  const spies = (["executeSingleOutput", "executeMultipleOutputs"] as const).map((method) => {
    const original = backend[method] as (...call: unknown[]) => never;
    return vi.spyOn(backend, method).mockImplementation((...call: unknown[]) => {
      const name = call[0] as string;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return original.apply(backend, call);
    });
  });
  tf.dispose(run() as q.tf.Tensor);
  for (const spy of spies) spy.mockRestore();
  return counts;
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const column = (frame: { column(name: string): { values: unknown } }, name: string) =>
  frame.column(name).values as number[];

describe("profile(step, args) of a training step", () => {
  it.each([
    ["a convolutional network, some 200 ops", convolutional, 150, 300],
    ["an LSTM, some 700 ops", recurrent, 500, 1000],
  ])("counts the ops that the binding runs: %s", { tags: "slow" }, async (_, make, least, most) => {
    const { step, xs, ys } = training(make());
    tf.dispose(step(xs, ys));
    const counts = countedByHand(() => step(xs, ys));
    const { eager, compiled } = await q.profile(step, [xs, ys], few);

    expect(new Map([...eager.ops].map(([op, { count }]) => [op, count]))).toEqual(counts);
    expect(eager.native.count).toBe(sum(counts.values()));
    expect(eager.native.count).toBeGreaterThan(least);
    expect(eager.native.count).toBeLessThan(most);
    expect(compiled!.native.count).toBe(1);
  });

  it("has parts that sum to the whole, and shares that sum to 100 %", {
    tags: "slow",
  }, async () => {
    const { step, xs, ys } = training(recurrent());
    const profile = await q.profile(step, [xs, ys], few);
    for (const { native, memory, javascript, total, low, high } of [
      profile.eager,
      profile.compiled!,
    ]) {
      for (const part of [native.ms, memory.ms, javascript]) expect(part).toBeGreaterThan(0);
      expect(native.ms + memory.ms + javascript).toBeCloseTo(total, 9);
      expect(low).toBeLessThanOrEqual(high);
    }
    expect(sum(column(profile.ops, "share %"))).toBeCloseTo(100, 9);
    expect(sum(column(profile.ops, "eager ms"))).toBeCloseTo(profile.eager.native.ms, 9);
    expect(column(profile.summary, "native calls")).toEqual([profile.eager.native.count, 1]);
  });

  it("leaves variables, the optimizer's too, as they were, bit for bit, and its steps", {
    tags: "slow",
  }, async () => {
    const { step, xs, ys, optimizer } = training(q.models.depthwiseCnn(small));
    for (let i = 0; i < 3; i++) tf.dispose(step(xs, ys));
    const values = () =>
      Object.values(tf.engine().registeredVariables).map((variable) => variable.dataSync().slice());
    const before = values();
    await q.profile(step, [xs, ys], few);
    expect(values()).toEqual(before);
    expect(optimizer.iterations).toBe(3);
    tf.dispose(step(xs, ys));
    expect(values()).not.toEqual(before);
  });

  it("leaves an optimizer that hadn't made a step as one that hasn't", {
    tags: "slow",
  }, async () => {
    const [profiled, untouched] = [1, 2].map(() => training(q.models.depthwiseCnn(small)));
    await q.profile(profiled!.step, [profiled!.xs, profiled!.ys], few);
    const losses = [profiled!, untouched!].map(({ step, xs, ys }) =>
      [1, 2, 3].map(() => step(xs, ys).dataSync()[0]),
    );
    expect(losses[0]).toEqual(losses[1]);
  });

  it("leaves no tensor behind", { tags: "slow" }, async () => {
    const { step, xs, ys } = training(q.models.depthwiseCnn(small));
    tf.dispose(step(xs, ys));
    const { numTensors, numDataBuffers } = tf.memory();
    await q.profile(step, [xs, ys], few);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  it("profiles the function that a compiled step was made of, with the step's options", {
    tags: "slow",
  }, async () => {
    const { step, xs, ys } = training(q.models.depthwiseCnn(small));
    const compiled = q.compile(step, { rewrite: false });
    for (let i = 0; i < 4; i++) tf.dispose(compiled(xs, ys));
    const before = Object.values(tf.engine().registeredVariables).map((v) => v.dataSync().slice());
    const profile = await q.profile(compiled, [xs, ys], few);
    expect(profile.eager.native.count).toBeGreaterThan(100);
    expect(profile.compiled!.native.count).toBe(1);
    const after = Object.values(tf.engine().registeredVariables).map((v) => v.dataSync().slice());
    expect(after).toEqual(before);
    // As traced, nothing was replaced: the graph has the ops that ran, but those that nothing needs.
    for (const [op, nodes] of profile.graph!.nodes) {
      const eager = profile.eager.ops.get(op)?.count ?? 0;
      if (eager > 0 && op !== "Identity") expect(nodes, op).toBeLessThanOrEqual(eager);
    }
    compiled.dispose();
  });
});

const small = { inputShape: [8, 8, 1] as [number, number, number], classes: 10, seed: 3 };

describe("profile(step)", () => {
  it("lists the nodes that the graph of a small function has", { tags: "slow" }, async () => {
    const x = tf.tensor([1, 2, 3]);
    const { eager, graph } = await q.profile((x: q.tf.Tensor) => x.add(1).mul(2), [x], few);
    expect([...eager.ops].map(([op, { count }]) => [op, count])).toEqual([
      ["Add", 1],
      ["Mul", 1],
    ]);
    const nodes = { Placeholder: 1, Const: 2, Add: 1, Mul: 1, Identity: 1 };
    expect(Object.fromEntries(graph!.nodes)).toEqual(nodes);
  });

  it("shows a figure with a bar for each way, and tells the table in text", {
    tags: "slow",
  }, async () => {
    const x = tf.ones([4, 4]);
    const profile = await q.profile(() => x.matMul(x as q.tf.Tensor2D).relu(), [], few);
    const { data, layout } = profile.figure.spec;
    const rows = new Set(data.flatMap(({ y }) => y as string[]));
    expect([...rows]).toEqual(["eager", "compiled"]);
    expect(layout).toMatchObject({
      barmode: "stack",
      xaxis: { title: { text: "time of a call (ms)" } },
    });
    expect(profile.figure.alt).toMatch(
      /eager [\d.]+ ms: matrix product .*; compiled [\d.]+ ms: graph/,
    );
    const lines = inspect(profile).split("\n");
    expect(lines[0]).toBe("Time of a call: mean of the middle half of 4 calls");
    expect(lines.slice(2, 4).map((line) => line.split(" ")[0])).toEqual(["eager", "compiled"]);
    expect(lines[4]).toMatch(/^Compiled: [\d.]+ times as fast .*The graph of 5 nodes took/);
  });

  it("says why a step can't be compiled, and profiles it as it is", async () => {
    const x = tf.ones([4]);
    const profile = await q.profile(() => void x.square().sum().dataSync(), [], few);
    expect(profile.compiled).toBeUndefined();
    expect(profile.reason).toContain("returned undefined (expected a tensor");
    expect(profile.summary.shape[0]).toBe(1);
    expect(profile.eager.memory.count).toBeGreaterThan(0);
    expect(inspect(profile)).toContain("Not compiled: q.compile");
  });

  it("puts variables back when the step throws", async () => {
    const w = tf.variable(tf.scalar(1));
    let calls = 0;
    const step = () => {
      w.assign(w.add(1));
      if (++calls === 4) throw new Error("no more");
      return w.mul(2);
    };
    await expect(q.profile(step)).rejects.toThrow("no more");
    expect(w.dataSync()[0]).toBe(1);
    expect(Object.hasOwn(nodeBackend(), "getInputTensorIds")).toBe(false);
  });

  it("stops when it is aborted", async () => {
    const w = tf.variable(tf.scalar(1));
    const step = () => {
      w.assign(w.add(1));
      return w.mul(2);
    };
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(q.profile(step, [], { signal })).rejects.toThrow("enough");
    expect(w.dataSync()[0]).toBe(1);
  });

  it("names arguments that it can't take", async () => {
    const step = (x: q.tf.Tensor) => x.square();
    const x = tf.scalar(1);
    await expect(q.profile("step" as never)).rejects.toThrow("invalid step: step");
    await expect(q.profile(step, x as never)).rejects.toThrow(
      "invalid args: a tensor of shape [] (expected a list, as in q.profile(step, [xs, ys]))",
    );
    await expect(q.profile(step, [x], { calls: 2 })).rejects.toThrow("invalid calls: 2");
    await expect(q.profile(step, [x], { seconds: 0 })).rejects.toThrow("invalid seconds: 0");
    const async_ = async () => x.square();
    await expect(q.profile(async_)).rejects.toThrow("invalid step: an async function");
  });
});
