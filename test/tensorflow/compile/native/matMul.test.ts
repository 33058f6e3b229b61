import { describe, expect, it } from "vitest";
import { compile } from "../../../../src/tensorflow/compile/compile.js";
import { isNative, tf } from "../../../../src/tensorflow/tf.js";
import { difference, opsOf } from "./trace.js";

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

/** The product and the gradients of both factors. */
function pass(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean) {
  return () => {
    const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB);
    const loss = (a: tf.Tensor, b: tf.Tensor) => product(a, b).sin().sum();
    return [product(a, b), ...tf.grads(loss)([a, b])];
  };
}

describe.runIf(isNative)("a product of two matrices", () => {
  it.each([
    { a: [5, 3], b: [3, 4] },
    { a: [3, 5], b: [3, 4], transposeA: true },
    { a: [5, 3], b: [4, 3], transposeB: true },
    { a: [3, 5], b: [4, 3], transposeA: true, transposeB: true },
  ])("is MatMul, with the values and gradients of tfjs, for $a and $b", (given) => {
    const { a, b, transposeA = false, transposeB = false } = given;
    const run = pass(normal(a, 1), normal(b, 2), transposeA, transposeB);
    const step = compile(run);
    const expected = run();
    for (let call = 0; call < 4; call++) {
      step().forEach((tensor, i) => {
        expect(tensor.shape).toEqual(expected[i]!.shape);
        expect(difference(expected[i]!, tensor)).toBeLessThan(1e-6);
      });
    }
    const ops = opsOf(() => tf.addN(run().map((tensor) => tensor.sum())));
    expect(ops.filter((op) => op === "MatMul")).toHaveLength(4);
    expect(ops).not.toContain("BatchMatMulV2");
  });

  it.each([
    { a: [1, 5, 3], b: [1, 3, 4] },
    { a: [1, 1, 128, 64], b: [1, 1, 128, 16], transposeA: true },
    { a: [1, 5, 3], b: [1, 4, 3], transposeB: true },
    { a: [1, 13, 128], b: [1, 257, 128], transposeB: true },
    { a: [1, 1, 10, 7], b: [1, 1, 3, 10], transposeA: true, transposeB: true },
  ])("is MatMul for stacks of one, with the same bits, for $a and $b", (given) => {
    const { a, b, transposeA = false, transposeB = false } = given;
    const [x, y] = [normal(a, 1), normal(b, 2)];
    const product = () => tf.matMul(x, y, transposeA, transposeB);
    expect(opsOf(product)).toContain("MatMul");
    const step = compile(product);
    const expected = product();
    const found = Array.from({ length: 4 }, () => step()).at(-1)!;
    expect(found.shape).toEqual(expected.shape);
    expect(difference(expected, found)).toBe(0);
    step.dispose();
  });

  it.each([
    { a: [1, 5, 300], b: [1, 4, 300], transposeB: true },
    { a: [1, 5, 3], b: [1, 1, 3], transposeB: true },
    { a: [1, 5, 300], b: [1, 300, 4] },
    { a: [1, 5, 3], b: [1, 3, 1] },
  ])("stays the op for stacks where bits would differ, for $a and $b", (given) => {
    const { a, b, transposeB = false } = given;
    const ops = opsOf(() => tf.matMul(normal(a, 1), normal(b, 2), false, transposeB));
    expect(ops).toContain("BatchMatMulV2");
  });

  it("stays the op for stacks where there are several", () => {
    const [a, b] = [normal([2, 5, 3], 1), normal([2, 3, 4], 2)];
    expect(opsOf(() => tf.matMul(a, b))).toEqual(["BatchMatMulV2"]);
    // Leaves tfjs's kernel as it was.
    expect(tf.matMul(a, b).shape).toEqual([2, 5, 4]);
  });
});
