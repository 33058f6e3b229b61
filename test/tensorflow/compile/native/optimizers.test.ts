import { describe, expect, it } from "vitest";
import { compile } from "../../../../src/tensorflow/compile/compile.js";
import { isNative, tf } from "../../../../src/tensorflow/tf.js";
import { difference, opsOf } from "./trace.js";

/** A regression that an optimizer takes steps of. */
function regression(optimizer: tf.Optimizer) {
  const w = tf.variable(tf.randomNormal([20, 7], 0, 1, "float32", 1));
  const b = tf.variable(tf.zeros([7]));
  const xs = tf.randomNormal([64, 20], 0, 1, "float32", 2);
  const ys = tf.randomNormal([64, 7], 0, 1, "float32", 3);
  const step = (xs: tf.Tensor, ys: tf.Tensor) => {
    const loss = () => xs.matMul(w).add(b).sub(ys).square().mean() as tf.Scalar;
    return optimizer.minimize(loss, true, [w, b] as tf.Variable[])!;
  };
  const all = async () => [w, b, ...(await slots(optimizer))];
  return { optimizer, weights: [w, b] as tf.Variable[], xs, ys, step, all };
}

/** Slots and counters; tfjs's AdaMax doesn't give its own. */
async function slots(optimizer: tf.Optimizer): Promise<tf.Tensor[]> {
  if (optimizer instanceof tf.AdamaxOptimizer) return [];
  return (await optimizer.getWeights()).map(({ tensor }) => tensor);
}

type Regression = ReturnType<typeof regression>;

function take(steps: number, { xs, ys }: Regression, step: Regression["step"]): void {
  for (let i = 0; i < steps; i++) step(xs, ys).dispose();
}

/** The largest difference of any variable, slots and counters included. */
async function worst(a: Regression, b: Regression): Promise<number> {
  const [expected, actual] = [await a.all(), await b.all()];
  return Math.max(...expected.map((tensor, i) => difference(tensor, actual[i]!)));
}

const natives: [string, string, () => tf.Optimizer][] = [
  ["SGD", "ResourceApplyGradientDescent", () => tf.train.sgd(0.1)],
  ["momentum", "ResourceApplyMomentum", () => tf.train.momentum(0.05, 0.9)],
  ["Nesterov's momentum", "ResourceApplyMomentum", () => tf.train.momentum(0.05, 0.9, true)],
  ["Adam", "ResourceApplyAdam", () => tf.train.adam(0.01)],
  ["Adam of other numbers", "ResourceApplyAdam", () => tf.train.adam(0.02, 0.8, 0.99, 1e-3)],
  ["RMSProp", "ResourceApplyRMSProp", () => tf.train.rmsprop(0.01, 0.99)],
  ["RMSProp with momentum", "ResourceApplyRMSProp", () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-3)],
];

describe.runIf(isNative)("an optimizer as TensorFlow's own op", () => {
  it.each(natives)("updates as tfjs does: %s as %s", { tags: "slow" }, async (_, op, make) => {
    const [eager, compiled] = [regression(make()), regression(make())];
    const step = compile(compiled.step);
    take(1, eager, eager.step);
    take(1, compiled, step);
    const ops = opsOf(() => eager.step(eager.xs, eager.ys));
    expect(ops.filter((name) => name === op)).toHaveLength(2);
    take(1, compiled, step);
    expect(await worst(eager, compiled)).toBeLessThan(1e-6);
    take(98, eager, eager.step);
    take(98, compiled, step);
    expect(await worst(eager, compiled)).toBeLessThan(1e-4);
    step.dispose();
    expect(await worst(eager, compiled)).toBeLessThan(1e-4);
  });

  it.each([
    ["AdaGrad", () => tf.train.adagrad(0.1)],
    ["AdaDelta", () => tf.train.adadelta(0.1)],
    ["AdaMax", () => tf.train.adamax(0.01)],
    ["centered RMSProp", () => tf.train.rmsprop(0.01, 0.9, 0, 1e-12, true)],
  ])("isn't used where its numbers are others: %s", { tags: "slow" }, async (_, make) => {
    const [eager, compiled] = [regression(make()), regression(make())];
    take(2, eager, eager.step);
    const ops = opsOf(() => eager.step(eager.xs, eager.ys));
    expect(ops.join(" ")).not.toMatch("ResourceApply");
    const step = compile(compiled.step);
    take(8, compiled, step);
    take(5, eager, eager.step);
    expect(await worst(eager, compiled)).toBeLessThan(1e-6);
    step.dispose();
  });

  it.each(natives)(
    "goes on where eager steps ended, and the reverse: %s",
    { tags: "slow" },
    async (_, __, make) => {
      const [eager, mixed] = [regression(make()), regression(make())];
      const step = compile(mixed.step);
      take(12, eager, eager.step);
      for (const way of [mixed.step, step, step.eager, step]) take(3, mixed, way);
      expect(await worst(eager, mixed)).toBeLessThan(2e-5);
      step.dispose();
    },
  );

  it("follows a learning rate that changes", { tags: "slow" }, async () => {
    const [eager, compiled] = [regression(tf.train.adam(0.1)), regression(tf.train.adam(0.1))];
    const step = compile(compiled.step);
    for (const rate of [0.1, 0.1, 0.1, 0.05, 0.001, 0]) {
      for (const [one, way] of [
        [eager, eager.step],
        [compiled, step],
      ] as const) {
        (one.optimizer as unknown as { learningRate: number }).learningRate = rate;
        take(1, one, way);
      }
    }
    expect(await worst(eager, compiled)).toBeLessThan(1e-6);
    expect(compiled.optimizer.iterations).toBe(eager.optimizer.iterations);
    step.dispose();
  });

  it("isn't used for a variable that the function has assigned before", {
    tags: "slow",
  }, async () => {
    const make = () => {
      const made = regression(tf.train.sgd(0.1));
      const decayed = (xs: tf.Tensor, ys: tf.Tensor) => {
        const [w] = made.weights;
        w!.assign(w!.mul(0.9));
        return made.step(xs, ys);
      };
      return { ...made, decayed };
    };
    const [eager, compiled] = [make(), make()];
    const step = compile(compiled.decayed);
    take(6, eager, eager.decayed);
    take(6, compiled, step);
    expect(opsOf(() => eager.decayed(eager.xs, eager.ys)).join(" ")).not.toMatch("ResourceApply");
    take(1, compiled, step);
    expect(await worst(eager, compiled)).toBeLessThan(1e-6);
    step.dispose();
  });

  it("isn't used without rewriting, where all is equal bit for bit", { tags: "slow" }, async () => {
    for (const [, , make] of natives) {
      const [eager, compiled] = [regression(make()), regression(make())];
      const step = compile(compiled.step, { rewrite: false });
      take(20, eager, eager.step);
      take(20, compiled, step);
      expect(await worst(eager, compiled)).toBe(0);
      step.dispose();
    }
  });
});
