import { describe, expect, it } from "vitest";
import { type Layer, withFoldedBatchNorm } from "../../src/graph/index.js";
import * as q from "../../src/index.js";
import { randomize } from "../fixtures/index.js";

const { tf } = q;
const { conv2d, dense, depthwiseConv2d, flatten, separableConv2d } = tf.layers;
const normalized = (options = {}) => tf.layers.batchNormalization(options);

const models: Record<string, () => Layer[]> = {
  "convolutions with and without a bias": () => [
    conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 5, 2] }),
    normalized(),
    tf.layers.reLU(),
    depthwiseConv2d({ kernelSize: 2, useBias: false }),
    normalized({ scale: false }),
  ],
  "a separable convolution and a Dense layer": () => [
    separableConv2d({ filters: 4, kernelSize: 2, inputShape: [6, 5, 2] }),
    normalized({ center: false }),
    flatten(),
    dense({ units: 3, useBias: false }),
    normalized(),
  ],
  "channels first": () => [
    conv2d({
      filters: 3,
      kernelSize: 2,
      dataFormat: "channelsFirst",
      inputShape: [6, 5, 2],
    }),
    normalized({ axis: 1 }),
  ],
};

const difference = (a: q.tf.Tensor, b: q.tf.Tensor) => a.sub(b).abs().max().dataSync()[0]!;

describe("withFoldedBatchNorm", () => {
  it.each(Object.keys(models))("computes outputs and gradients as before: %s", (name) => {
    tf.tidy(() => {
      const model = tf.sequential({ layers: models[name]!() });
      randomize(model, 5);
      const x = q.random.normal([4, 6, 5, 2], { seed: 3 });
      const answers = () => {
        const apply = (x: q.tf.Tensor) => model.apply(x, { training: false }) as q.tf.Tensor;
        return [apply(x), tf.grad((x) => apply(x).square().sum())(x)] as const;
      };
      const plain = answers();
      const folded = withFoldedBatchNorm(model, answers);
      plain.forEach((tensor, i) => {
        const largest = tensor.abs().max().dataSync()[0]!;
        expect(difference(tensor, folded[i]!)).toBeLessThan(2e-6 * largest);
      });
      // Afterwards the model computes as ever, bit for bit.
      expect(difference(plain[0], answers()[0])).toBe(0);
    });
  });

  it("leaves no normalization to compute, and one that can't be folded as it is", async () => {
    const shared = normalized();
    const input = tf.input({ shape: [4] });
    const [a, b] = [dense({ units: 3 }), dense({ units: 3 })].map(
      (layer) => shared.apply(layer.apply(input)) as q.tf.SymbolicTensor,
    );
    const twice = tf.model({ inputs: input, outputs: tf.layers.add().apply([a!, b!]) as never });
    const once = tf.sequential({ layers: [dense({ units: 3, inputShape: [4] }), normalized()] });
    const x = q.random.normal([2, 4], { seed: 1 });
    const kernels = async (model: q.tf.LayersModel) => {
      const { kernelNames } = await tf.profile(() =>
        withFoldedBatchNorm(model, () => model.apply(x, { training: false }) as q.tf.Tensor),
      );
      return kernelNames.filter((name) => name === "FusedBatchNorm").length;
    };
    expect(await kernels(once)).toBe(0);
    expect(await kernels(twice)).toBeGreaterThan(0);
  });
});
