import { expect, it } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;

it("the gradient of maxPool3d goes to each of the largest values of a window, compiled as eagerly", () => {
  const gradient = (x: q.tf.Tensor) =>
    tf.grad((x) => (tf.maxPool3d(x as never, [1, 2, 2], [1, 2, 2], "valid") as q.tf.Tensor).sum())(
      x,
    );
  const compiled = q.compile(gradient, { rewrite: false });
  const x = tf.tensor([1, 1, 0, 1], [1, 1, 2, 2, 1]);
  // TensorFlow's eager op.
  const expected = [1, 1, 0, 1];
  expect([...gradient(x).dataSync()]).toEqual(expected);
  for (let call = 0; call < 4; call++) expect([...compiled(x).dataSync()]).toEqual(expected);
});
