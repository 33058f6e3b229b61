import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { fuseBatchNorm } from "../../src/qat/batchNorm/fuseBatchNorm.js";

const { tf } = q;
const { layers } = tf;

const random = (shape: number[], seed: number, [from, to] = [-1, 1]) =>
  tf.randomUniform(shape, from, to, "float32", seed);

/**
 * Convolutions of all kinds before batch normalizations of all kinds, with statistics of their own. tfjs's own
 * can't train without γ or β (it reads them all the same): its `twin` has ones and zeros there.
 */
function net({ twin = false } = {}): q.tf.LayersModel {
  const normalization = (more: object = {}) =>
    layers.batchNormalization({ momentum: 0.8, epsilon: 1e-3, ...more });
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [8, 8, 2], filters: 4, kernelSize: 3, padding: "same" }),
      normalization(),
      layers.reLU(),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, useBias: false }),
      normalization({ scale: twin }),
      layers.reLU(),
      layers.conv2d({ filters: 6, kernelSize: 1, strides: 2, useBias: false }),
      normalization({ center: twin }),
      layers.flatten(),
      layers.dense({ units: 5 }),
      normalization({ epsilon: 0.1 }),
    ],
  });
  model.layers.forEach((layer, i) => {
    const values = layer.weights.map(({ shape, originalName }, k) => {
      const name = originalName.split("/").at(-1);
      if (name === "moving_variance") return random(shape as number[], i, [0.2, 2]);
      if (twin && i === 4 && name === "gamma") return tf.ones(shape as number[]);
      if (twin && i === 7 && name === "beta") return tf.zeros(shape as number[]);
      return random(
        shape as number[],
        10 * i + (name === "beta" ? 9 : name === "moving_mean" ? 8 : k),
        [-0.7, 0.9],
      );
    });
    layer.setWeights(values);
  });
  return model;
}

const largest = (a: q.tf.Tensor, b: q.tf.Tensor) => {
  const size = Math.max(...a.abs().dataSync());
  return Math.max(...a.sub(b).abs().dataSync()) / size;
};
const xs = random([16, 8, 8, 2], 99);

describe("batch normalization trained folded, in float", () => {
  it("gives what convolution and normalization give, in inference and in training, to 1e-5", () => {
    const [model, fused] = [net({ twin: true }), fuseBatchNorm(net())];
    expect(fused.layers.map((layer) => layer.getClassName())).not.toContain("BatchNormalization");
    const run = (one: q.tf.LayersModel, training: boolean) =>
      one.apply(xs, { training }) as q.tf.Tensor;
    expect(largest(run(model, false), run(fused, false))).toBeLessThan(1e-5);
    for (let step = 0; step < 3; step++) {
      expect(largest(run(model, true), run(fused, true))).toBeLessThan(1e-5);
    }
    // Averages have moved, and moved alike.
    expect(largest(run(model, false), run(net(), false))).toBeGreaterThan(0.01);
    expect(largest(run(model, false), run(fused, false))).toBeLessThan(1e-5);
  });

  it("has the gradients that convolution and normalization have", () => {
    const gradients = (one: q.tf.LayersModel) => {
      const variables = one.trainableWeights.map((weight) => weight.read() as q.tf.Variable);
      const weights = random([16, 5], 7);
      const loss = () =>
        (one.apply(xs, { training: true }) as q.tf.Tensor).mul(weights).sum() as q.tf.Scalar;
      const { grads } = tf.variableGrads(loss, variables);
      return one.trainableWeights.map((weight) => ({
        name: weight.originalName.split("/").at(-1)!,
        gradient: grads[(weight.read() as q.tf.Variable).name]!,
      }));
    };
    const [a, b] = [gradients(net({ twin: true })), gradients(fuseBatchNorm(net()))];
    // A bias before a normalization has no gradient; β takes its name.
    const of = (list: typeof a, ...names: string[]) =>
      list.filter(({ name }) => names.includes(name)).map(({ gradient }) => gradient);
    const kernels = [
      of(a, "kernel", "depthwise_kernel"),
      of(b, "kernel", "depthwise_kernel"),
    ] as const;
    const [gammas, betas] = [
      [of(a, "gamma").toSpliced(1, 1), of(b, "gamma")] as const,
      [of(a, "beta").toSpliced(2, 1), of(b, "bias")] as const,
    ];
    expect([kernels[0].length, gammas[0].length, betas[0].length]).toEqual([4, 3, 3]);
    for (const [theirs, ours] of [kernels, gammas, betas]) {
      expect(ours.length).toBe(theirs.length);
      theirs.forEach((gradient, i) => {
        expect(largest(gradient, ours[i]!)).toBeLessThan(1e-5);
      });
    }
  });
});
