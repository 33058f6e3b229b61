import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";

const { tf } = q;
const random = generator(4);
const [rows, columns] = [6, 50];
const dy = Array.from({ length: rows }, (_, row) =>
  Array.from({ length: columns }, () => Math.fround((random() - 0.45) * 3 ** row)),
);
const x = tf.zeros([rows, columns]);

function gradient(format: q.estimators.GradientFormat, upstream = dy): number[][] {
  return tf.tidy(
    () =>
      tf
        .grad((x) => q.estimators.quantizeGradient(x, format).mul(tf.tensor2d(upstream)).sum())(x)
        .arraySync() as number[][],
  );
}

describe("quantizeGradient", () => {
  it("is the identity forwards", () => {
    const x = tf.tensor1d([-1.23, 0, 4.56]);
    expect(q.estimators.quantizeGradient(x, { bits: 2 }).dataSync()).toEqual(x.dataSync());
  });

  it.each(
    [1, 2, 3, 4, 8].flatMap((bits) =>
      (["sample", "tensor"] as const).map((per) => [bits, per] as const),
    ),
  )("to the nearest of %s bits per %s: DoReFa-Net's equation 12", (bits, per) => {
    const found = gradient({ bits, rounding: "nearest", per });
    const n = 2 ** bits - 1;
    const sizes = dy.map((row) => Math.max(...row.map(Math.abs)));
    dy.forEach((row, i) => {
      const largest = per === "sample" ? sizes[i]! : Math.max(...sizes);
      row.forEach((g, j) => {
        const r = g / (2 * largest) + 0.5;
        const expected = 2 * largest * (Math.round(n * r) / n - 0.5);
        expect(found[i]![j]! / largest).toBeCloseTo(expected / largest, 5);
      });
    });
  });

  it("by chance: one of the two neighbours, and the gradient in the mean", { tags: "slow" }, () => {
    const draws = 400;
    const steps = dy.map((row) => (2 * Math.max(...row.map(Math.abs))) / 3);
    const sum = dy.map((row) => row.map(() => 0));
    let farthest = 0;
    for (let draw = 0; draw < draws; draw++) {
      gradient({ bits: 2 }).forEach((row, i) => {
        row.forEach((g, j) => {
          farthest = Math.max(farthest, Math.abs(g - dy[i]![j]!) / steps[i]!);
          sum[i]![j]! += g / draws;
        });
      });
    }
    expect(farthest).toBeGreaterThan(0.9);
    expect(farthest).toBeLessThan(1.0001);
    const errors = dy.flatMap((row, i) => row.map((g, j) => Math.abs(sum[i]![j]! - g) / steps[i]!));
    // The deviation of one draw is at most half a step: five standard errors.
    expect(Math.max(...errors)).toBeLessThan((5 * 0.5) / Math.sqrt(draws));
  });

  it("keeps a gradient that is all 0, and makes a level beside 0 of a 0 among others", () => {
    const zeros = dy.map((row) => row.map(() => 0));
    for (const per of ["sample", "tensor"] as const) {
      expect(gradient({ bits: 2, per }, zeros)).toEqual(zeros);
    }
    zeros[1]![3] = 1;
    const nearest = gradient({ bits: 2, rounding: "nearest" }, zeros);
    expect(nearest[0]![0]).toBe(0);
    expect(nearest[1]![0]).toBeCloseTo(1 / 3, 5);
    expect(nearest[1]![3]).toBe(1);
  });

  it("says what is wrong with its options", () => {
    const wrong = (options: object) => () =>
      q.estimators.quantizeGradient(x, options as q.estimators.GradientFormat);
    expect(wrong({ bits: 0 })).toThrow("invalid bits: 0 (expected an integer from 1 to 16, as in");
    expect(wrong({})).toThrow("invalid bits: undefined");
    expect(wrong({ bits: 2, rounding: "up" })).toThrow("invalid rounding: up");
    expect(wrong({ bits: 2, per: "channel" })).toThrow("invalid per: channel");
  });
});
