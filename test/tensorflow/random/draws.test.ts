import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { withDraws } from "../../../src/tensorflow/random/draws.js";
import { isNative } from "../../../src/tensorflow/tf.js";

const { tf } = q;

/** The first of the numbers that each draw of a step gives. */
function inStep(seed: number | string, step: number, draw: () => q.tf.Tensor[]): number[] {
  return tf.tidy(() => {
    const draws = withDraws({ seed, step: tf.scalar(step, "int32") }, draw);
    return draws.map((tensor) => tensor.dataSync()[0]!);
  });
}

const { uniform } = q.random;
const three = () => [uniform([4]), uniform([4]), uniform([4])];

describe("in a step", () => {
  it("draws differ from each other, from step to step and from seed to seed, and can be repeated", () => {
    const all = [0, 1, 2, 3].flatMap((step) => [
      ...inStep(1, step, three),
      ...inStep(2, step, three),
      ...inStep("one", step, three),
    ]);
    expect(new Set(all).size).toBe(36);
    expect(inStep(1, 2, three)).toEqual(inStep(1, 2, three));
  });

  it("a draw's own seed decides its sequence, whatever the step's seed and the draws before", () => {
    const seeded = () => [uniform([4], { seed: 9 })];
    const later = () => [...three(), uniform([4], { seed: 9 })].slice(3);
    expect(inStep(1, 5, seeded)).toEqual(inStep(2, 5, later));
    expect(inStep(1, 5, seeded)).not.toEqual(inStep(1, 6, seeded));
  });

  it("a seed given to one draw leaves the others as they were", () => {
    const seeded = () => [uniform([4]), uniform([4], { seed: 9 }), uniform([4])];
    const [first, , third] = inStep(1, 5, three);
    const [a, b, c] = inStep(1, 5, seeded);
    expect([a, c]).toEqual([first, third]);
    expect(b).not.toBe(inStep(1, 5, three)[1]);
  });

  it("a seed isn't a draw's number, nor a number another seed's", () => {
    const own = inStep(1, 5, () => [uniform([4], { seed: "draw 0 of 1" })]);
    expect(own).not.toEqual(inStep(1, 5, three).slice(0, 1));
    expect(inStep(11, 5, three)).not.toEqual(inStep(1, 5, three));
  });

  it("the inner of two contexts counts, and the outer one goes on after it, also after an error", () => {
    const nested = () => {
      const first = uniform([4]);
      const inner = inStep(2, 7, three);
      expect(inner).toEqual(inStep(2, 7, three));
      expect(() =>
        withDraws({ seed: 3, step: tf.scalar(0, "int32") }, () => {
          uniform([4]);
          throw new Error("stop");
        }),
      ).toThrow("stop");
      return [first, uniform([4]), uniform([4])];
    };
    expect(inStep(1, 5, nested)).toEqual(inStep(1, 5, three));
  });

  it("an invalid seed or step is refused", () => {
    const step = tf.scalar(1, "int32");
    expect(() => withDraws({ seed: 0.5, step }, three)).toThrow("invalid seed: 0.5");
    expect(() => withDraws({ seed: 1, step: tf.scalar(1) }, three)).toThrow(
      'invalid step (expected an int32 scalar, as in tf.scalar(3, "int32"))',
    );
    step.dispose();
  });
});

describe("outside of a step", () => {
  it("each draw is new, but for one that has a seed", () => {
    const draw = (seed?: number | string) => tf.tidy(() => uniform([4], { seed }).dataSync()[0]);
    expect(new Set([draw(), draw(), draw(), draw()]).size).toBe(4);
    expect(draw(9)).toBe(draw(9));
    expect(draw(9)).toBe(draw("9"));
    expect(draw(9)).not.toBe(draw(10));
  });
});

describe.skipIf(!isNative)("in a compiled function", () => {
  it("a fed step draws what it draws eagerly", () => {
    const draw = (x: q.tf.Tensor, step: q.tf.Tensor) =>
      withDraws({ seed: 4, step: step as q.tf.Scalar }, () =>
        tf.add(x, tf.stack([...three(), uniform([4], { seed: 9 }), q.random.normal([4])])),
      );
    const compiled = q.compile(draw, { rewrite: false });
    tf.tidy(() => {
      const x = tf.zeros([5, 4]);
      for (let i = 0; i < 5; i++) {
        const step = tf.scalar(i, "int32");
        expect(compiled(x, step).dataSync()).toEqual(draw(x, step).dataSync());
      }
    });
    compiled.dispose();
  });

  it("each call draws anew, with a seed too, and another function of the same seeds the same", {
    tags: "slow",
  }, () => {
    const draw = (x: q.tf.Tensor) =>
      tf.add(x, tf.stack([uniform([4]), uniform([4]), uniform([4], { seed: 9 })]));
    const run = (seed: number) => {
      const compiled = q.compile(draw, { seed });
      const seen = tf.tidy(() =>
        Array.from({ length: 6 }, () => Array.from(compiled(tf.zeros([3, 4])).dataSync())),
      );
      compiled.dispose();
      return seen.map((values) => [values[0], values[4], values[8]]);
    };
    const [first, second, other] = [run(1), run(1), run(2)];
    expect(second).toEqual(first);
    expect(new Set(first.flat()).size).toBe(18);
    const seeded = (run: unknown[][]) => run.map((values) => values[2]);
    expect(seeded(other)).toEqual(seeded(first));
    expect(other).not.toEqual(first);
  });
});
