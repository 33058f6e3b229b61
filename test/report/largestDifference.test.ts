import { expect, it } from "vitest";
import * as q from "../../src/index.js";

it("largestDifference compares tensors, lists and numbers, place by place", () => {
  const tensor = q.tf.tensor2d([[1, -2], [3, 4]]); // biome-ignore format: a matrix
  expect(q.largestDifference(tensor, [1, -2, 3.5, 4])).toBe(0.5);
  expect(q.largestDifference(tensor, tensor)).toBe(0);
  expect(q.largestDifference(Float32Array.of(1, 5), 3)).toBe(2);
  expect(q.largestDifference(7, 9)).toBe(2);
  expect(q.largestDifference([], [])).toBe(0);
  tensor.dispose();
});

it("largestDifference tells what is no number, and takes infinities for numbers", () => {
  expect(q.largestDifference([1, Number.NaN, 9], [1, 2, 3])).toBeNaN();
  expect(q.largestDifference([Infinity, 1], [Infinity, 1])).toBe(0);
  expect(q.largestDifference([Infinity], [1])).toBe(Infinity);
});

it("largestDifference refuses other counts and what has no numbers", () => {
  expect(() => q.largestDifference([1, 2, 3], [1, 2])).toThrow(
    "invalid values: 3 and 2 (expected as many of the one as of the other)",
  );
  for (const bad of ["12", undefined, [[1]], { a: 1 }]) {
    expect(() => q.largestDifference(bad as never, [1])).toThrow("invalid values");
  }
});
