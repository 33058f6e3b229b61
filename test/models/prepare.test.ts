import { beforeAll, describe, expect, it } from "vitest";
import { type Dataset, digits } from "../../src/datasets/index.js";
import * as models from "../../src/models/index.js";
import { prepare, QuantizedLayer } from "../../src/quantized/index.js";
import { int, scheme, uint } from "../../src/quantizers/index.js";
import type { tf } from "../../src/tensorflow/index.js";

const image = { inputShape: [8, 8, 1] as [number, number, number], classes: 10 };
const eight = scheme({ weights: int(8, { per: "channel" }), activations: uint(8) });
let calibration: Dataset;
beforeAll(async () => {
  calibration = (await digits()).train.take(64);
});

const supported: [string, () => tf.LayersModel][] = [
  ["mlp", () => models.mlp(image)],
  ["residualCnn", () => models.residualCnn(image)],
  ["mobileNetV2", () => models.mobileNetV2({ ...image, width: 0.05 })],
];

describe("prepared for quantization-aware training", () => {
  it.each(supported)(
    "at 8 bits %s computes nearly what it did, and quantizes each kernel",
    { tags: "slow" },
    async (_, make) => {
      const model = make();
      const prepared = await prepare(model, eight, { calibration, method: "minmax" });
      const [a, b] = [model, prepared].map((one) => one.predict(calibration.xs) as tf.Tensor);
      const size = a!.abs().max().dataSync()[0]!;
      const error = a!.sub(b!).abs().mean().dataSync()[0]!;
      expect(error / size).toBeLessThan(0.02);
      expect(error).toBeGreaterThan(0);
      const kernels = (of: tf.LayersModel) =>
        of.layers.filter((layer) => /Conv2D|Dense/.test(layer.getClassName())).length;
      const quantized = prepared.layers.filter(
        (layer) => layer instanceof QuantizedLayer && layer.weightFormat,
      );
      expect([quantized.length, kernels(prepared)]).toEqual([kernels(model), 0]);
      model.dispose();
      prepared.dispose();
    },
  );
});
