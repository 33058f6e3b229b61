import { expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;

const kernelInitializer = () => tf.initializers.glorotUniform({ seed: 5 });
const scheme = q.scheme({ weights: q.int(4, { per: "channel" }) });

/** A convolution of sequences, and the same convolution of images of height 1. */
const convolutions = {
  conv1d: (xs: q.tf.Tensor) => ({
    layer: layers.conv1d({
      ...{ name: "kernel", filters: 8, kernelSize: 3, inputShape: [12, 4] },
      kernelInitializer: kernelInitializer(),
    }),
    xs,
  }),
  conv2d: (xs: q.tf.Tensor) => ({
    layer: layers.conv2d({
      ...{ name: "kernel", filters: 8, kernelSize: [1, 3], inputShape: [1, 12, 4] },
      kernelInitializer: kernelInitializer(),
    }),
    xs: xs.expandDims(1),
  }),
};

/** How many codes AdaRound changes, and the layer's squared errors before and after. */
async function adarounded(name: keyof typeof convolutions, values: q.tf.Tensor) {
  const { layer, xs } = convolutions[name](values);
  const model = tf.sequential({ layers: [layer, layers.flatten({})] });
  const nearest = await q.quantize(model, scheme, { calibration: { xs } });
  const rounded = await q.ptq.adaround(model, nearest, { calibration: { xs } });
  const codes = [nearest, rounded].map((quantized) => [
    ...(quantized.getLayer("kernel") as q.QuantizedLayer).quantizedKernel().dataSync(),
  ]);
  const errors = [nearest, rounded].map((quantized) =>
    tf.tidy(() => {
      const [y, z] = [model, quantized].map((one) => one.predict(xs) as q.tf.Tensor);
      return y!.sub(z!).square().mean().dataSync()[0]!;
    }),
  );
  return {
    codes: codes[1]!,
    moved: codes[0]!.filter((code, i) => code !== codes[1]![i]).length,
    errors,
  };
}

it("AdaRound rounds a Conv1D layer as a Conv2D layer of height 1, better than nearest where inputs go together", {
  tags: "slow",
}, async () => {
  // Neighbouring inputs share a part, so that errors of weights add up or cancel.
  const noise = tf.randomNormal([64, 12, 4], 0, 1, "float32", 1);
  const xs = noise.add(tf.randomNormal([64, 1, 1], 0, 3, "float32", 2));
  const [line, image] = [await adarounded("conv1d", xs), await adarounded("conv2d", xs)];
  expect(line.codes).toEqual(image.codes);
  expect(line.moved).toBeGreaterThan(3);
  expect(line.errors[1]).toBeLessThan(line.errors[0]! / 3);
});

it("AdaRound leaves the nearest codes where inputs are independent: the error is the sum of the weights' errors", {
  tags: "slow",
}, async () => {
  const xs = tf.randomNormal([512, 12, 4], 0, 1, "float32", 1);
  const { moved, codes, errors } = await adarounded("conv1d", xs);
  expect(moved).toBeLessThanOrEqual(0.03 * codes.length);
  expect(errors[1]).toBeGreaterThan(0.97 * errors[0]!);
});
