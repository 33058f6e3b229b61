import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits } from "../fixtures/index.js";

const { tf } = q;
const { train } = await digits();
const calibration = train.take(64);

describe("a model in formats that don't round as TensorFlow", () => {
  it.each([
    [q.int(4, { per: "channel", rounding: "halfEven" }), q.uint(4, { rounding: "halfEven" })],
    [
      q.int(4, { per: "channel", powerOfTwo: true, narrowRange: true }),
      q.uint(4, { powerOfTwo: true, rounding: "halfEven", matches: "onnx" }),
    ],
  ])(
    "%s: predicts the same prepared, quantized and loaded, and trains",
    { tags: "slow" },
    async (weights, activations) => {
      const model = cnn({ seed: 7 });
      const scheme = q.scheme({ weights, activations });
      const prepared = await q.prepare(model, scheme, { calibration });
      const ptq = await q.quantize(model, scheme, { calibration });
      const predict = (model: q.tf.LayersModel) =>
        Array.from((model.predict(calibration.xs) as q.tf.Tensor).dataSync());
      expect(predict(prepared)).toEqual(predict(ptq));
      const kernel = (prepared.getLayer("logits") as q.QuantizedLayer).quantizedKernel();
      const column = kernel.slice([0, 0], [kernel.shape[0]!, 1]);
      expect(new Set(column.dataSync()).size).toBeLessThanOrEqual(16);

      let saved: unknown;
      await prepared.save(
        tf.io.withSaveHandler(async (artifacts) => {
          saved = artifacts;
          return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
        }),
      );
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
      const layer = loaded.getLayer("logits") as q.QuantizedLayer;
      expect(String(layer.weightFormat)).toBe(String(weights));
      expect(predict(loaded)).toEqual(predict(prepared));

      const before = predict(prepared);
      await q.fit(prepared, calibration, { epochs: 1, progress: false });
      expect(predict(prepared)).not.toEqual(before);
      expect(predict(prepared).every(Number.isFinite)).toBe(true);
    },
  );
});
