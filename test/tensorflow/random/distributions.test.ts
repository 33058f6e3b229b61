import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { withDraws } from "../../../src/tensorflow/random/draws.js";
import { composedDraws, nativeDraws } from "../../../src/tensorflow/random/standard.js";
import { isNative } from "../../../src/tensorflow/tf.js";

const { tf } = q;
const count = 1_000_000;

/** The k-th moments of the values, k from 1 to 4, and each one's standard error. */
function moments(values: ArrayLike<number>, about: number) {
  const sums = new Array(9).fill(0);
  for (let i = 0; i < values.length; i++) {
    let power = 1;
    for (let k = 1; k <= 8; k++) {
      power *= values[i]! - about;
      sums[k] += power;
    }
  }
  const raw = sums.map((sum) => sum / values.length);
  return [1, 2, 3, 4].map((k) => ({
    moment: raw[k],
    error: Math.sqrt((raw[2 * k] - raw[k] ** 2) / values.length),
  }));
}

/** The correlation of two draws. Where they are independent its standard error is 1/√count. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (x: ArrayLike<number>) =>
    (Array.prototype.reduce.call(x, add, 0) as number) / x.length;
  const add = (sum: any, value: any) => sum + value;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe.each([
  ["native", nativeDraws],
  ["composed", composedDraws],
] as const)("%s draws of a million", (name, draws) => {
  const needed = name === "composed" || isNative;
  const seed = () => ({ key: 2024, step: tf.scalar(3, "int32") });

  it.runIf(needed)("uniform has the moments 1/(k + 1), and lies from 0 to below 1", () => {
    tf.tidy(() => {
      const values = draws.uniform([count], seed()).dataSync();
      moments(values, 0).forEach(({ moment, error }, i) => {
        expect(Math.abs(moment - 1 / (i + 2))).toBeLessThan(4 * error);
      });
      expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    });
  });

  it.runIf(needed)("normal has the moments 0, 1, 0, 3", () => {
    tf.tidy(() => {
      const values = draws.normal([count], seed()).dataSync();
      moments(values, 0).forEach(({ moment, error }, i) => {
        expect(Math.abs(moment - [0, 1, 0, 3][i]!)).toBeLessThan(4 * error);
      });
    });
  });

  it.runIf(needed)("are the same for the same key and step, and for another one unrelated", () => {
    tf.tidy(() => {
      const draw = (key: number, step: number) =>
        draws.uniform([100_000], { key, step: tf.scalar(step, "int32") }).dataSync();
      expect(draw(5, 6)).toEqual(draw(5, 6));
      for (const [key, step] of [
        [5, 7],
        [6, 6],
        [6, 5],
        [-5, 6],
      ] as const) {
        expect(Math.abs(correlation(draw(5, 6), draw(key, step)))).toBeLessThan(4 / 100_000 ** 0.5);
      }
    });
  });
});

describe("q.random", () => {
  it("scales uniform draws to their range and normal ones to their mean and deviation", () => {
    tf.tidy(() => {
      const shape = [count];
      const standard = q.random.uniform(shape, { seed: 1 });
      const ranged = q.random.uniform(shape, { seed: 1, min: -3, max: 5 });
      expect(ranged.sub(standard.mul(8).add(-3)).abs().max().dataSync()[0]).toBeLessThan(1e-6);
      const [mean] = moments(
        q.random.normal(shape, { seed: 1, mean: 2, stdDev: 0.5 }).dataSync(),
        0,
      );
      expect(Math.abs(mean!.moment - 2)).toBeLessThan(4 * mean!.error);
      expect(mean!.error * Math.sqrt(count)).toBeCloseTo(0.5, 2);
    });
  });

  it("bernoulli is one with its probability, always for 1 and never for 0", () => {
    tf.tidy(() => {
      for (const p of [0, 0.001, 0.3, 0.5, 0.999, 1]) {
        const draws = q.random.bernoulli([count], p, { seed: "b" });
        const share = draws.mean().dataSync()[0]!;
        expect(Math.abs(share - p)).toBeLessThanOrEqual(
          4 * Math.sqrt((p * (1 - p)) / count) + 1e-7,
        );
        expect(draws.mul(draws.sub(1)).abs().max().dataSync()[0]).toBe(0);
      }
    });
  });

  it("draws scalars and tensors without values", () => {
    tf.tidy(() => {
      expect(q.random.uniform([]).shape).toEqual([]);
      expect(q.random.normal([0, 3]).shape).toEqual([0, 3]);
    });
  });

  it("is a constant to a gradient", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, -2, 3, 4, 5, 6]);
      const mask = () => q.random.bernoulli([6], 0.5, { seed: 3 });
      const gradient = tf.grad((x) => x.mul(mask()).square())(x);
      expect(gradient.dataSync()).toEqual(x.mul(2).mul(mask()).dataSync());
    });
  });

  it("leaves no tensor behind", () => {
    const draw = () =>
      tf.tidy(() => {
        q.random.uniform([5], { min: 2, max: 4 });
        q.random.normal([5], { mean: 2, stdDev: 4, seed: 2 });
        q.random.bernoulli([5], 0.5);
      });
    draw();
    const { numTensors, numBytes } = tf.memory();
    for (let i = 0; i < 50; i++) draw();
    tf.dispose(q.random.uniform([5], { min: 2, max: 4 }));
    const step = tf.scalar(1, "int32");
    withDraws({ seed: 1, step }, () => tf.dispose(q.random.normal([5], { seed: 4 })));
    step.dispose();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });

  it("says what is wrong with a shape, a range, a probability or a seed", () => {
    const { uniform, normal, bernoulli } = q.random;
    expect(() => uniform([2, -1])).toThrow(
      "invalid shape: [2, -1] (expected lengths, integers from 0, as in q.random.uniform([2, 3]))",
    );
    expect(() => normal(3 as never)).toThrow("invalid shape: 3");
    expect(() => bernoulli([1.5], 0.5)).toThrow("invalid shape: [1.5]");
    expect(() => uniform([2], { min: 1, max: 1 })).toThrow(
      "invalid range: 1 to 1 (expected min to be below max",
    );
    expect(() => uniform([2], { min: -3e38, max: 3e38 })).toThrow("invalid range: -3e+38 to 3e+38");
    expect(() => uniform([2], { min: Number.NaN })).toThrow("invalid min: NaN");
    expect(() => normal([2], { mean: Number.POSITIVE_INFINITY })).toThrow("invalid mean: Infinity");
    expect(() => normal([2], { stdDev: -1 })).toThrow(
      "invalid stdDev: -1 (expected a finite number from 0)",
    );
    for (const p of [-0.1, 1.1, Number.NaN]) {
      expect(() => bernoulli([2], p)).toThrow(
        `invalid p: ${p} (expected a probability from 0 to 1)`,
      );
    }
    for (const seed of [1.5, Number.NaN, null as never]) {
      expect(() => uniform([2], { seed })).toThrow(
        `invalid seed: ${seed} (expected an integer or a text, as in { seed: 7 })`,
      );
    }
  });
});
