import { describe, expect, it } from "vitest";
import { tf } from "../../../src/tensorflow/tf.js";
import { cases, checkDilated, error, layerOf, uniform, versions } from "./dilated.js";

describe(`dilated and causal convolutions are PyTorch's ${versions.torch}`, () => {
  it.each(cases)("$layer, kernel $kernel, dilation $dilation, $padding", checkDilated);
});

describe("convolutions with the channels first are PyTorch's, too", () => {
  it.each(cases.filter(({ layer }) => layer !== "depthwiseConv2d"))(
    "$layer, kernel $kernel, dilation $dilation, $padding",
    (expected) => {
      tf.tidy(() => {
        const x = uniform(expected.seed, expected.input);
        const axes = [...x.shape.keys()];
        const [n, ...rest] = axes as [number, ...number[]];
        const layer = layerOf(expected, "channelsFirst");
        const first = x.transpose([n, rest.at(-1)!, ...rest.slice(0, -1)]);
        layer.build(first.shape);
        const kernel = layer.weights[0]!;
        kernel.write(uniform(expected.seed + 1, kernel.shape as number[]));
        const y = layer.apply(first) as tf.Tensor;
        expect(y.shape).toEqual(layer.computeOutputShape(first.shape));
        expect(error(y.transpose([n, ...rest.slice(1), 1]), expected.output)).toBeLessThan(1e-5);
      });
    },
  );
});
