import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { biasCodes, roundedBias } from "../../../src/quantized/biases/biasGrid.js";
import { generator } from "../../fixtures/index.js";

const { tf } = q;

describe("the grid of a bias", () => {
  it("has the scale s_x · s_w, and rounds halves to the even code", () => {
    // In steps of 1/8: 0.5, 1.5, 2.5, −0.5, −1.5, 2.4 and 2.6.
    const bias = [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map((steps) => steps / 8);
    const { codes, scale } = biasCodes(bias, 0.5, [0.25]);
    expect([...scale]).toEqual([0.125]);
    expect([...codes]).toEqual([0, 2, 2, 0, -2, 2, 3]);
  });

  it("has a scale for each channel, and that of the smallest step for weights that are all 0", () => {
    const { codes, scale } = biasCodes([1, 1, 1], 0.5, [0.25, 0.5, 0]);
    expect([...scale]).toEqual([0.125, 0.25, 2 ** -17]);
    expect([...codes]).toEqual([8, 4, 2 ** 17]);
  });

  it("rounds product and quotient to float32, as TensorFlow Lite has them", () => {
    // fround(0.1) · fround(0.3) isn't a float32 number: the nearest is 0.030000001192092896.
    expect(biasCodes([0], 0.1, [0.3]).scale[0]).toBe(0.030000001192092896);
    // 16777217 isn't a float32 number, nor is the quotient 16777219 / 2 = 8388609.5, whose code is then even.
    expect(biasCodes([16777219], 2, [1]).codes[0]).toBe(8388610);
  });

  it("ends where int32 ends", () => {
    expect([...biasCodes([1, -1], 2 ** -20, [2 ** -20]).codes]).toEqual([2147483520, -2147483520]);
  });

  it("is the same in tensors, on 20,000 values", () => {
    const random = generator(5);
    const count = 20_000;
    const draw = (low: number, high: number) =>
      Float32Array.from({ length: count }, () => 2 ** (low + random() * (high - low)));
    const [bias, weightScale] = [draw(-12, 9), draw(-18, -2)];
    for (let i = 0; i < count; i += 2) bias[i]! *= -1;
    for (let i = 0; i < 50; i++) weightScale[i * 7] = 0;
    const inputScale = Math.fround(0.0235);
    const { codes, scale } = biasCodes(bias, inputScale, weightScale);
    const scales = () => ({
      inputScale: tf.scalar(inputScale),
      weightScale: tf.tensor1d(weightScale),
    });
    const rounded = tf.tidy(() => roundedBias(tf.tensor1d(bias), scales).dataSync());
    const largest = 2 ** 31 - 128;
    // A bias whose code would need more bits isn't clipped: it stays as it is.
    const isClipped = (i: number) => Math.abs(bias[i]! / scale[i]!) > largest;
    const value = (code: number, i: number) => (isClipped(i) ? bias[i]! : code * scale[i]!);
    const wrong = [...codes].filter((code, i) => Math.fround(value(code, i)) !== rounded[i]);
    expect(wrong).toEqual([]);
    expect([...codes].filter((_, i) => isClipped(i)).length).toBeGreaterThan(10);
  });

  it("lets the gradient pass as it is", () => {
    const scales = () => ({ inputScale: tf.scalar(0.5), weightScale: tf.tensor1d([0.25, 0.5]) });
    const loss = (bias: q.tf.Tensor) => tf.sum(tf.mul(roundedBias(bias, scales), [3, -2]));
    expect([
      ...tf
        .grad(loss)(tf.tensor1d([0.3, 7]))
        .dataSync(),
    ]).toEqual([3, -2]);
  });
});
