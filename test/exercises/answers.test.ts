import { describe, expect, it } from "vitest";
import {
  format,
  functionOf,
  number,
  numbers,
  satisfies,
} from "../../src/exercises/answers/index.js";
import { exercise, open } from "../../src/exercises/exercise.js";
import * as q from "../../src/index.js";

const { tf } = q;

describe("kinds of answers", () => {
  it("numbers: lists, typed arrays and tensors are the same by shape and value", () => {
    const { compare } = numbers({ tolerance: 0.01 });
    const right = [
      [1, 2],
      [3, 4],
    ];
    expect(compare(right, right)).toBeUndefined();
    expect(compare(tf.tensor2d([1, 2, 3, 4.005], [2, 2]), right)).toBeUndefined();
    expect(compare(Float32Array.of(1, 2), [1, 2])).toBeUndefined();
    expect(compare([1, 2, 3, 4], right)).toBe("its shape is [4], not the shape that is asked for");
    expect(
      compare(
        [
          [1, 2],
          [3, 4.5],
        ],
        right,
      ),
    ).toBe("the number at index 3, 4.5, isn't right");
    expect(compare([[1, 2], [3]], right)).toBe("numbers are asked for, not a list of 2");
    expect(compare([1, Number.NaN], [1, 2])).toContain("index 1, NaN");
    expect(compare(undefined, right)).toBe(open);
  });

  it("a number: six digits unless a tolerance is given, NaN and ∞ only where they are right", () => {
    expect(number().compare(1 / 3, 0.33333333)).toBeUndefined();
    expect(number().compare(0.3334, 1 / 3)).toBe("0.3334 is too large");
    expect(number().compare(tf.scalar(2), 2)).toBeUndefined();
    expect(number().compare(Number.NaN, 2)).toBe("it is NaN");
    expect(number().compare(Number.NaN, Number.NaN)).toBeUndefined();
    expect(number().compare(Number.POSITIVE_INFINITY, 2)).toContain("too large");
    expect(number({ tolerance: 1 }).compare(2, Number.POSITIVE_INFINITY)).toContain("too small");
  });

  it("functions of tensors leave no tensor behind", () => {
    const kind = functionOf(
      () => [
        { name: "plain numbers", args: [tf.tensor1d([1, 2])] as [q.tf.Tensor] },
        { name: "no numbers", args: [tf.tensor1d([])] as [q.tf.Tensor] },
      ],
      numbers(),
    );
    const twice = (x: q.tf.Tensor) => x.mul(2);
    const held = tf.memory().numTensors;
    expect(kind.compare((x: q.tf.Tensor) => x.add(x), twice)).toBeUndefined();
    expect(kind.compare((x: q.tf.Tensor) => x.square(), twice)).toContain("on plain numbers");
    expect(kind.compare((x: q.tf.Tensor) => (x.size ? x.add(x) : tf.zeros([1])), twice)).toContain(
      "on no numbers",
    );
    expect(tf.memory().numTensors).toBe(held);
  });

  it("a format: the trait that differs is named", () => {
    const { compare } = format();
    const right = q.int(4, { per: "channel" });
    expect(compare(q.int(4, { per: "channel" }), right)).toBeUndefined();
    expect(compare(q.int(4), right)).toBe("its per, tensor, isn't right");
    expect(compare(q.uint(4), right)).toBe("its kind, uint, isn't right");
    expect(compare(4, right)).toContain("q.int(8)");
  });

  it("properties: a mistake is one with the same fault", () => {
    const { compare } = satisfies<number>((value) => (Number(value) % 2 ? "it is odd" : undefined));
    expect(compare(4, 2)).toBeUndefined();
    expect(compare(3, 2)).toBe("it is odd");
    expect(compare(3, 5)).toBeUndefined();
  });

  it("an exercise has a hint", () => {
    const parts = { question: "?", kind: number(), solution: 1, mistakes: [], remark: "!" };
    expect(() => exercise({ ...parts, hints: [] })).toThrow("invalid hints: none");
  });
});
