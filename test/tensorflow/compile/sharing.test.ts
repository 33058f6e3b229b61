import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { eagerTwin } from "../../../src/tensorflow/compile/eager.js";
import { withoutPool } from "../../../src/tensorflow/compile/graphPool.js";
import { isNative } from "../../../src/tensorflow/tf.js";
import { bits } from "./agreement.js";
import { numbers } from "./numbers.js";

const { tf } = q;
type Tensor = q.tf.Tensor;

/** How many graphs are loaded: those that are used, and those that wait for another model of their structure. */
function loaded(): number {
  const { binding } = tf.backend() as unknown as { binding: { getNumOfSavedModels(): number } };
  return binding.getNumOfSavedModels();
}

/** The variables that an Adam of tfjs's keeps. */
interface Slots {
  accBeta1: q.tf.Variable;
  accBeta2: q.tf.Variable;
  accumulatedFirstMoment: { variable: q.tf.Variable }[];
  accumulatedSecondMoment: { variable: q.tf.Variable }[];
}

/** A compiled training whose seed decides weights, a range that isn't trained, and the dropped units. */
function training(seed: number, { units = 8, rewrite = true, factor = 2 } = {}) {
  const [x, y] = [numbers([4, 5]), numbers([4, 3], 2)];
  const kernel = tf.variable(numbers([5, units], seed));
  const head = tf.variable(numbers([units, 3], seed + 1));
  const range = numbers([units], seed + 2, 0.2, 1);
  const optimizer = tf.train.adam(0.01 * seed);
  const loss = () => {
    const hidden = x
      .matMul(kernel)
      .minimum(range)
      .mul(q.random.uniform([4, units]));
    return tf.losses.meanSquaredError(y, hidden.matMul(head).mul(factor)) as q.tf.Scalar;
  };
  const slots = optimizer as unknown as Slots;
  const variables = () => [
    ...[kernel, head, slots.accBeta1, slots.accBeta2],
    ...[...slots.accumulatedFirstMoment, ...slots.accumulatedSecondMoment].map(
      ({ variable }) => variable,
    ),
  ];
  let runs = 0;
  const step = q.compile(
    () => {
      runs++;
      return optimizer.minimize(loss, true, [kernel, head])!;
    },
    { seed, rewrite },
  );
  return {
    kernel,
    optimizer,
    step,
    /** How often the function itself ran. */
    runs: () => runs,
    /** The losses of so many steps, to the last bit. */
    take(count: number): string[] {
      return Array.from({ length: count }, () => {
        const value = step();
        const text = bits(value);
        value.dispose();
        return text;
      });
    },
    values: () => variables().map(bits),
    dispose() {
      step.dispose();
      tf.dispose([x, y, range, ...variables()]);
    },
  };
}

/** The losses of a training whose graph is its own. */
function alone(seed: number, count: number, options = {}) {
  return withoutPool(() => {
    const one = training(seed, options);
    const losses = one.take(count);
    const result = { losses, values: one.values() };
    one.dispose();
    return result;
  });
}

describe.runIf(isNative)("a graph of a structure that was compiled before", () => {
  it("serves the next model, with that one's weights, ranges, seeds, rates and slots", () => {
    const expected = alone(2, 8);
    const first = training(1);
    const losses = first.take(8);
    first.dispose();
    const graphs = loaded();
    const second = training(2);
    expect(second.take(8)).toEqual(expected.losses);
    expect(second.values()).toEqual(expected.values);
    expect(losses).not.toEqual(expected.losses);
    expect(loaded()).toBe(graphs);
    second.dispose();
    expect(loaded()).toBe(graphs);
  });

  it("isn't taken from a model that trains: two train in turns as each does alone", () => {
    const expected = [alone(1, 9), alone(2, 9)];
    const both = [training(1), training(2)];
    const losses: string[][] = [[], []];
    for (let i = 0; i < 9; i++) {
      for (const [k, one] of both.entries()) losses[k]!.push(...one.take(1));
    }
    both.forEach((one, k) => {
      expect(losses[k]).toEqual(expected[k]!.losses);
      expect(one.values()).toEqual(expected[k]!.values);
    });
    for (const one of both) one.dispose();
  });

  it("leaves a model that ended, and one that is trained on by hand, their values", () => {
    const expected = alone(1, 8);
    const first = training(1);
    expect(first.take(8)).toEqual(expected.losses);
    first.step.dispose();
    const second = training(2);
    second.take(6);
    expect(first.values()).toEqual(expected.values);
    second.kernel.assign(tf.zerosLike(second.kernel));
    const [before] = second.values();
    second.take(1);
    expect(second.values()[0]).not.toBe(before);
    expect(first.values()).toEqual(expected.values);
    first.dispose();
    second.dispose();
  });

  it("runs from the second call on, and from the third where it isn't there", () => {
    const first = training(1, { units: 6 });
    first.take(5);
    expect(first.runs()).toBe(2);
    const beside = training(2, { units: 6 });
    beside.take(5);
    expect(beside.runs()).toBe(1);
    first.dispose();
    const [next, other] = [training(3, { units: 6 }), training(3, { units: 7 })];
    next.take(5);
    other.take(5);
    expect([next.runs(), other.runs()]).toEqual([1, 2]);
    for (const one of [beside, next, other]) one.dispose();
  });

  it("takes the steps that a model of its own numbers takes eagerly", () => {
    training(1).take(3);
    const [one, eager] = [training(4), training(4)];
    for (let step = 0; step < 20; step++) {
      for (const { optimizer } of [one, eager]) {
        (optimizer as unknown as { learningRate: number }).learningRate = 0.03 / (1 + step);
      }
      const value = one.step().dataSync()[0]!;
      // The draws of an eager call are those of its number.
      const draws = { seed: 4, step: () => step + 1 };
      const expected = eagerTwin(eager.step.eager, draws)().dataSync()[0]!;
      expect(Math.abs(value - expected)).toBeLessThan(1e-5 * expected);
    }
    expect(one.runs()).toBe(1);
    expect(one.optimizer.iterations).toBe(20);
    one.dispose();
    eager.dispose();
  });

  it("isn't taken where a call does otherwise than the one before", () => {
    const build = (count: (call: number) => number) => {
      const w = tf.variable(numbers([3], 5));
      let calls = 0;
      return q.compile(() => {
        const factor = count(calls++);
        w.assign(w.mul(factor));
        return w.sum();
      });
    };
    const steady = build(() => 0.5);
    for (let i = 0; i < 3; i++) steady();
    const late = build((call) => (call < 1 ? 3 : 0.5));
    const sums = Array.from({ length: 5 }, () => late().dataSync()[0]!);
    const start = 3 * numbers([3], 5).sum().dataSync()[0]!;
    sums.forEach((sum, i) => {
      expect(sum).toBeCloseTo(start * 0.5 ** i, 5);
    });
    const changing = build((call) => 2 + call);
    expect(() => Array.from({ length: 4 }, () => changing())).toThrow(/a constant that Mul takes/);
    for (const one of [steady, late, changing]) one.dispose();
  });

  it("serves no other structure: other sizes, numbers in the code, or other exactness", () => {
    const options = [{}, { units: 9 }, { factor: 3 }, { rewrite: false }];
    const expected = options.map((one) => alone(3, 6, one));
    const ended = training(3);
    ended.take(6);
    ended.dispose();
    for (const [i, one] of options.entries()) {
      const next = training(3, one);
      expect(next.take(6)).toEqual(expected[i]!.losses);
      next.dispose();
    }
  });

  it("serves a function again whose variables were disposed of under another one", () => {
    const first = training(1);
    first.take(5);
    tf.dispose(first.kernel);
    expect(() => first.take(1)).toThrow(/was disposed, with its model or its optimizer/);
    const second = training(2);
    expect(second.take(8)).toEqual(alone(2, 8).losses);
    second.dispose();
    first.dispose();
  });

  it("serves forward passes, whose frozen weights are no part of it", () => {
    const x = numbers([2, 5]);
    const results = [1, 2].map((seed) => {
      const [w, frozen] = [tf.variable(numbers([5, 3], seed)), numbers([3], seed + 5)];
      const forward = q.compile((x: Tensor) => x.matMul(w as q.tf.Tensor2D).add(frozen));
      const graphs = loaded();
      const outputs = Array.from({ length: 4 }, () => bits(forward(x)));
      const expected = bits(forward.eager(x));
      forward.dispose();
      tf.dispose([w, frozen]);
      return { outputs, expected, made: loaded() - graphs };
    });
    for (const { outputs, expected } of results)
      expect(new Set(outputs)).toEqual(new Set([expected]));
    expect(results[1]!.made).toBe(0);
    expect(results[0]!.expected).not.toBe(results[1]!.expected);
  });
});
