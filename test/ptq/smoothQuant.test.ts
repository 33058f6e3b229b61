import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { data, denseNetwork, difference, digitsNetwork, randomize } from "../fixtures/networks.js";

const { tf } = q;

/** The largest absolute inputs of a layer, and weights for each of them. */
function extremes(model: q.tf.LayersModel, name: string, xs: q.tf.Tensor) {
  return tf.tidy(() => {
    const layer = model.getLayer(name);
    const probe = tf.model({ inputs: model.inputs, outputs: layer.input as q.tf.SymbolicTensor });
    const x = (probe.predict(xs) as q.tf.Tensor).abs().max(0).dataSync();
    return { x, w: layer.getWeights()[0]!.abs().max(1).dataSync() };
  });
}

describe("smoothQuant", () => {
  it("leaves predictions within 1e-5, of convolutions and of layer normalization", {
    tags: "slow",
  }, async () => {
    const images = data([8, 8, 1]);
    const cnn = digitsNetwork(1);
    const smooth = await q.ptq.smoothQuant(cnn, { calibration: images, alpha: 0.7 });
    expect(difference(cnn, smooth, images.xs)).toBeLessThan(1e-5);

    const tokens = data([5, 8]);
    const { layerNormalization, dense, flatten } = tf.layers;
    const model = randomize(
      tf.sequential({
        layers: [
          layerNormalization({ name: "norm", inputShape: [5, 8] }),
          dense({ name: "tokens", units: 6, activation: "tanh" }),
          flatten(),
        ],
      }),
      2,
    );
    const normalized = await q.ptq.smoothQuant(model, { calibration: tokens });
    expect(difference(model, normalized, tokens.xs)).toBeLessThan(1e-5);
    const gamma = (of: q.tf.LayersModel) => [...of.getLayer("norm").getWeights()[0]!.dataSync()];
    expect(gamma(normalized)).not.toEqual(gamma(model));
  });

  it("divides each channel by max|X|^α / max|W|^(1−α)", { tags: "slow" }, async () => {
    const model = denseNetwork([tf.layers.reLU()]);
    const calibration = data([8]);
    const before = extremes(model, "second", calibration.xs);
    for (const alpha of [0, 0.5, 0.8, 1]) {
      const smooth = await q.ptq.smoothQuant(model, { calibration, alpha });
      const after = extremes(smooth, "second", calibration.xs);
      before.x.forEach((x, i) => {
        if (x === 0) return;
        const s = x ** alpha / before.w[i]! ** (1 - alpha);
        expect(after.x[i]).toBeCloseTo(x / s, 4);
        expect(after.w[i]).toBeCloseTo(before.w[i]! * s, 4);
      });
    }
  });

  it("leaves every activation with the same largest value at α = 1", async () => {
    const model = denseNetwork([tf.layers.reLU()]);
    const calibration = data([8]);
    const smooth = await q.ptq.smoothQuant(model, { calibration, alpha: 1 });
    const { x } = extremes(smooth, "second", calibration.xs);
    for (const size of x.filter((size) => size > 0)) expect(size).toBeCloseTo(1, 5);
  });
});
