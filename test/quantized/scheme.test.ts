import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { QuantizedLayer } from "../../src/quantized/index.js";
import { cnn, digits } from "../fixtures/index.js";

const { layers } = q.tf;
const base = { weights: q.int(3, { per: "channel" }), activations: q.uint(4) };
let calibration: q.Dataset;
beforeAll(async () => {
  calibration = (await digits()).train.take(32);
});

/** Bits of weights and activations by the layers' names. */
async function bitsOf(model: q.tf.LayersModel, options: Partial<q.SchemeOptions>) {
  const scheme = q.scheme({ ...base, ...options });
  const prepared = await q.prepare(model, scheme, { calibration, method: "minmax" });
  const quantized = prepared.layers.filter((layer) => layer instanceof QuantizedLayer);
  return Object.fromEntries(
    quantized.map((layer) => {
      const { weights, activations } = layer.quantization();
      return [layer.name, [weights?.bits, activations?.bits]];
    }),
  );
}

describe("q.scheme", () => {
  it("keeps the first and last layer with weights, and the values that they read, at a width of their own", async () => {
    expect(await bitsOf(cnn(), { firstAndLast: 8 })).toEqual({
      conv_input_quantized: [undefined, 8],
      conv: [8, undefined],
      conv_relu: [undefined, 4],
      depthwise: [3, undefined],
      depthwise_relu: [undefined, 4],
      pointwise: [3, undefined],
      // Read by the logits, through pooling and Flatten.
      pointwise_relu: [undefined, 8],
      logits: [8, undefined],
    });
  });

  it("gives types of layers their formats, leaves excluded layers out, and lets a name decide in the end", async () => {
    const found = await bitsOf(cnn(), {
      types: { Dense: { weights: q.int(6) }, ReLU: { activations: q.uint(7) } },
      exclude: ["DepthwiseConv2D", "pointwise"],
      firstAndLast: 8,
      layers: { conv: { weights: q.int(2) }, pointwise_relu: { activations: q.uint(5) } },
    });
    expect(found).toMatchObject({
      conv: [2, undefined],
      conv_relu: [undefined, 7],
      pointwise_relu: [undefined, 5],
      logits: [8, undefined],
    });
    expect(Object.keys(found)).not.toContain("depthwise");
    expect(Object.keys(found)).not.toContain("pointwise");
  });

  it("is the same to the analyses and to dynamic quantization", { tags: "slow" }, async () => {
    const model = cnn();
    const scheme = q.scheme({ ...base, firstAndLast: 8, exclude: ["pointwise"] });
    const widths = q.analysis
      .cost(model, scheme)
      .rows.map((row) => [row.layer, row["weight bits"]]);
    expect(Object.fromEntries(widths)).toMatchObject({
      conv: 8,
      depthwise: 3,
      pointwise: 32,
      logits: 8,
    });
    const { rows } = await q.analysis.sensitivity(model, scheme, calibration, { method: "minmax" });
    const weights = rows.filter(({ part }) => part === "weights");
    expect(weights.map(({ layer, bits }) => [layer, bits])).toEqual([
      ["conv", 8],
      ["depthwise", 3],
      ["logits", 8],
    ]);
    const dynamic = q.ptq
      .dynamic(model, scheme)
      .layers.filter((one) => one instanceof QuantizedLayer);
    expect(dynamic.map(({ name, weightFormat }) => [name, weightFormat?.bits])).toEqual([
      ["conv", 8],
      ["depthwise", 3],
      ["logits", 8],
    ]);
  });

  it("leaves a layer out that nobody knows", async () => {
    class Unheard extends layers.Layer {
      static className = "Unheard";
    }
    const model = q.tf.sequential({
      layers: [
        layers.flatten({ inputShape: [8, 8, 1] }),
        new Unheard({ name: "unheard" }),
        layers.dense({ units: 10, name: "logits" }),
      ],
    });
    q.tf.serialization.registerClass(Unheard as never);
    await expect(bitsOf(model, {})).rejects.toThrow(
      'cannot quantize layer "unheard" (Unheard): there is no rule for Unheard (leave the layer in float, as in q.scheme({ …, exclude: ["unheard"] }), or make one, as in q.registerLayer("Unheard", { role: "computes" }))',
    );
    expect(Object.keys(await bitsOf(model, { exclude: ["Unheard"] }))).not.toContain("unheard");
    q.registerLayer("Unheard", { role: "computes" });
    expect(await bitsOf(model, {})).toMatchObject({ unheard: [undefined, 4] });
    expect(() => q.registerLayer("Unheard", { role: "reads" as never })).toThrow(
      'invalid rules of Unheard: role reads (expected "computes", "activation", "joins", "passes"',
    );
  });

  it("names options that it can't take, and layers that the model lacks", async () => {
    const wrong = (options: object) => () => q.scheme({ ...base, ...options });
    expect(wrong({ firstAndLast: 33 })).toThrow(
      "invalid firstAndLast: 33 (expected an integer from 1 to 16",
    );
    expect(wrong({ exclude: "conv" })).toThrow("invalid exclude: conv (expected names or types");
    expect(wrong({ exclude: ["a"], layers: { a: { weights: q.int(2) } } })).toThrow(
      'invalid exclude: "a" has formats in layers too',
    );
    expect(wrong({ types: { Dense: q.int(8) } })).toThrow(
      "as in types: { Dense: { weights: q.int(8) } }",
    );
    expect(wrong({ types: 8 })).toThrow("invalid types: 8");
    await expect(bitsOf(cnn(), { types: { LSTM: { weights: q.int(8) } } })).rejects.toThrow(
      "invalid types: no layer is a LSTM (the model has InputLayer, Conv2D, ",
    );
    await expect(bitsOf(cnn(), { exclude: ["cnov"] })).rejects.toThrow(
      'invalid exclude: no layer "cnov", by name or type (the model has ',
    );
    const pools = q.tf.sequential({
      layers: [layers.maxPooling2d({ poolSize: 2, inputShape: [8, 8, 1] }), layers.flatten({})],
    });
    const weights = q.scheme({ weights: q.int(3) });
    await expect(q.prepare(pools, weights, { calibration })).rejects.toThrow(
      "invalid scheme: W3A32 quantizes no layer of the model (it has ",
    );
  });
});
