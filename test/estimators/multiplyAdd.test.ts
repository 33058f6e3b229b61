import { expect, it } from "vitest";
import { multiplyAdd } from "../../src/estimators/multiplyAdd.js";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";

const { tf } = q;
const random = generator(8);
const count = 100_000;
const b = Math.fround(1 / 0.07);
const c = 101;
/** Most products are close to a half, where two roundings and one differ. */
const a = Float32Array.from({ length: count }, (_, i) =>
  i % 4
    ? ((Math.floor(random() * 400) - 200 + 0.5) / b) * (1 + (i % 3) * 2 ** -24)
    : random() - 0.5,
);

it("multiplyAdd rounds once, as processors do", { tags: "slow" }, () => {
  // The product of two float32 is exact in float64, and the sum is exact here except for its last bits.
  const expected = a.map((a) => Math.fround(a * b + c));
  const inTwo = a.map((a) => Math.fround(Math.fround(a * b) + c));
  expect(inTwo.filter((value, i) => value !== expected[i]).length).toBeGreaterThan(100);
  const compute = (a: q.tf.Tensor) => tf.tidy(() => multiplyAdd(a, tf.scalar(b), tf.scalar(c)));
  const x = tf.tensor1d(a);
  expect(compute(x).dataSync()).toEqual(expected);
  // Nor does TensorFlow simplify it where it may rewrite the graph.
  const compiled = q.compile(compute);
  for (let i = 0; i < 4; i++) expect(compiled(x).dataSync()).toEqual(expected);
  compiled.dispose();
});
