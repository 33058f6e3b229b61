import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;

/** The sum over all repetitions of each value, by indices. */
function closedForm(dy: q.tf.Tensor, shape: number[]): number[] {
  const values = dy.dataSync();
  const size = shape.reduce((product, length) => product * length, 1);
  const sums = Array.from({ length: size }, () => 0);
  for (const [i, value] of values.entries()) {
    let [rest, index, stride] = [i, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += ((rest % dy.shape[axis]!) % shape[axis]!) * stride;
      stride *= shape[axis]!;
      rest = Math.floor(rest / dy.shape[axis]!);
    }
    sums[index]! += value;
  }
  return sums;
}

describe("the gradient of tf.tile", () => {
  it.each([
    [[3], [4]],
    [
      [2, 3],
      [1, 1],
    ],
    [
      [2, 3],
      [3, 1],
    ],
    [
      [2, 3],
      [3, 2],
    ],
    [
      [1, 1, 4],
      [5, 3, 1],
    ],
    [
      [2, 1, 3],
      [2, 3, 2],
    ],
    [
      [2, 1, 3, 2],
      [1, 2, 3, 2],
    ],
    // tfjs has none for more axes than four.
    [
      [2, 1, 3, 2, 2],
      [2, 2, 1, 3, 1],
    ],
  ])("of shape %j, repeated %j times", (shape, reps) => {
    tf.tidy(() => {
      const x = tf.zeros(shape);
      const size = tf.tile(x, reps).size;
      const dy = tf.range(0, size).reshape(shape.map((length, axis) => length * reps[axis]!));
      const dx = tf.grad((x: q.tf.Tensor) => tf.tile(x, reps).mul(dy).sum())(x);
      expect(dx.shape).toEqual(shape);
      expect([...dx.dataSync()]).toEqual(closedForm(dy, shape));
    });
  });

  it("takes as many ops at any length, and so does a layer normalization", async () => {
    const opsAt = async (steps: number) => {
      const layer = tf.layers.layerNormalization();
      const x = tf.ones([8, steps, 4]);
      layer.build(x.shape);
      const loss = () => (layer.apply(x) as q.tf.Tensor).square().mean() as q.tf.Scalar;
      const variables = layer.trainableWeights.map((weight) => weight.read() as q.tf.Variable);
      const { kernels } = await tf.profile(() => {
        const { value, grads } = tf.variableGrads(loss, variables);
        tf.dispose([x, Object.values(grads)]);
        return value;
      });
      return kernels.length;
    };
    expect(await opsAt(64)).toBe(await opsAt(4));
  });
});
