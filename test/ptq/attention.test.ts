import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { data, difference, randomize } from "../fixtures/networks.js";

/** Tokens of an image, two blocks of four heads. */
const encoder = () =>
  randomize(
    q.models.transformerEncoder({ inputShape: [8, 8, 1], classes: 10, units: 16, heads: 2 }),
    3,
  );
const changed = (a: q.tf.LayersModel, b: q.tf.LayersModel) =>
  a.layers.flatMap(({ name }) => {
    const [one, other] = [a, b].map((model) => model.getLayer(name).getWeights()[0]?.dataSync());
    return one && String(one) !== String(other) ? [name] : [];
  });

describe("a transformer encoder predicts the same, within 1e-5,", () => {
  const calibration = data([8, 8, 1]);

  it("with values and feed-forward layers equalized", { tags: "slow" }, () => {
    const model = encoder();
    const equalized = q.ptq.equalize(model);
    expect(difference(model, equalized, calibration.xs)).toBeLessThan(1e-5);
    expect(changed(model, equalized)).toEqual(
      ["block1", "block2"].flatMap((block) =>
        ["attention_value", "attention_projection", "dense1", "dense2"].map(
          (part) => `${block}_${part}`,
        ),
      ),
    );
  });

  it("with smoothed layers behind the normalizations", { tags: "slow" }, async () => {
    const model = encoder();
    const smooth = await q.ptq.smoothQuant(model, { calibration, alpha: 0.6 });
    expect(difference(model, smooth, calibration.xs)).toBeLessThan(1e-5);
    expect(changed(model, smooth)).toContain("block2_norm1");
    expect(changed(model, smooth)).toContain("block2_attention_query");
  });

  it("with values rotated inside their heads", { tags: "slow" }, () => {
    const model = encoder();
    const rotated = q.ptq.rotate(model);
    expect(difference(model, rotated, calibration.xs)).toBeLessThan(1e-5);
    expect(changed(model, rotated)).toEqual([
      "block1_attention_value",
      "block1_attention_projection",
      "block2_attention_value",
      "block2_attention_projection",
    ]);
    const online = q.ptq.rotate(model, { online: true });
    expect(difference(model, online, calibration.xs)).toBeLessThan(1e-5);
  });

  it("and nearly the same with dynamic 8-bit quantization", { tags: "slow" }, () => {
    const model = encoder();
    const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.int(8) });
    const quantized = q.ptq.dynamic(model, scheme);
    expect(difference(model, quantized, calibration.xs)).toBeLessThan(0.05);
  });
});
