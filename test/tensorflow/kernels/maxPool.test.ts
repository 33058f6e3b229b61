import { describe, expect, it } from "vitest";
import { compile, tf } from "../../../src/tensorflow/index.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { opsOf } from "../compile/native/trace.js";
import { addon, bitsOf, onEachMachine } from "./values.js";

/** Thirds of both signs: many windows have several largest values. */
function pooled(shape: [number, number, number, number], pad: "valid" | "same" = "valid") {
  const thirds = tf.randomNormal(shape, 0, 1, "float32", 1).mul(3).round().div(3);
  const infinite = tf.randomUniform(shape, 0, 1, "float32", 2).greater(0.99);
  const x = tf.where(infinite, tf.fill(shape, Number.POSITIVE_INFINITY), thirds);
  const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, pad);
  const dy = tf.randomNormal(pool(x).shape, 0, 1, "float32", 3);
  return { x, dy, gradient: (x: tf.Tensor, dy: tf.Tensor) => tf.grad(pool)(x, dy) };
}

/** The number of values whose bits differ. */
const difference = (a: Int32Array, b: Int32Array) =>
  a.reduce((count, bits, i) => count + (bits === b[i] ? 0 : 1), 0);

describe.runIf(addon)("the gradient of max pooling", () => {
  it.each([
    [[5, 26, 26, 16]],
    [[3, 5, 7, 3]],
    [[2, 6, 4, 257]],
    [[4, 3, 3, 1]],
    [[2, 4, 6, 13], "same"],
    [[2, 5, 6, 13], "same"],
    [[70, 30, 31, 3]],
  ] as [[number, number, number, number], "same"?][])(
    "has the bits of TensorFlow's op for %j",
    (shape, pad) => {
      const { x, dy, gradient } = pooled(shape, pad);
      const expected = bitsOf(withoutKernels(() => gradient(x, dy)));
      onEachMachine((machine) => {
        expect(difference(bitsOf(gradient(x, dy)), expected), machine).toBe(0);
      });
      const step = compile(gradient, { rewrite: false });
      for (let call = 0; call < 4; call++) expect(bitsOf(step(x, dy))).toEqual(expected);
      step.dispose();
    },
  );

  it("is the library's own kernel for whole windows of 2 × 2 alone", () => {
    const ops = (
      size: number,
      stride: number,
      shape = [1, 6, 6, 1],
      pad: "valid" | "same" = "valid",
    ) =>
      opsOf(() =>
        tf.grad((x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, pad))(tf.ones(shape)),
      );
    expect(ops(2, 2)).toContain("QatlabMaxPoolGradient");
    expect(ops(2, 2, [1, 5, 6, 1])).toContain("QatlabMaxPoolGradient");
    expect(ops(2, 2, [1, 5, 6, 1], "same")).toContain("MaxPoolGrad");
    expect(ops(3, 2)).toContain("MaxPoolGrad");
    expect(ops(2, 1)).toContain("MaxPoolGrad");
    expect(withoutKernels(() => ops(2, 2))).toContain("MaxPoolGrad");
  });
});
