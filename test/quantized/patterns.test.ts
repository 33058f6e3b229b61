import { describe, expect, it } from "vitest";
import { entryOf, isMeant, namesMeant } from "../../src/arguments/index.js";
import * as q from "../../src/index.js";

const { tf } = q;

/** Dense layers in blocks: block_1_a, block_1_b, block_2_a, block_2_b, logits. */
const names = ["block_1_a", "block_1_b", "block_2_a", "block_2_b", "logits"];
const model = tf.sequential({
  layers: names.map((name, i) =>
    tf.layers.dense({ units: 3, name, ...(i === 0 ? { inputShape: [4] } : {}) }),
  ),
});
const calibration = { xs: tf.randomNormal([16, 4], 0, 1, "float32", 1) };

/** The width of each layer's kernel, 32 where it stays in float. */
async function widths(options: q.SchemeOptions): Promise<number[]> {
  const quantized = await q.quantize(model, q.scheme(options), { calibration });
  return names.map((name) => {
    const layer = quantized.getLayer(name);
    return layer instanceof q.QuantizedLayer ? (layer.weightFormat?.bits ?? 32) : 32;
  });
}

describe("patterns of layers' names", () => {
  it("stand for any characters by *, and for one by ?", () => {
    expect(names.map((name) => isMeant("block_?_a", name))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(isMeant("*", "")).toBe(true);
    expect(isMeant("conv.?", "conv_1")).toBe(false);
    expect(isMeant("block", "block_1_a")).toBe(false);
    expect([...namesMeant("exclude", ["*_b", "logits"], names)]).toEqual([
      "block_1_b",
      "block_2_b",
      "logits",
    ]);
    expect(() => namesMeant("exclude", ["conv_*"], names)).toThrow(
      'invalid exclude: no layer matches "conv_*" (the model has block_1_a, block_1_b',
    );
    expect(entryOf({ block_1_a: 1, "block_*": 2, "*_a": 3 }, "block_1_a")).toBe(1);
    expect(entryOf({ "block_*": 2, "*_a": 3 }, "block_1_a")).toBe(3);
    expect(entryOf({ "*_a": 3 }, "logits")).toBeUndefined();
  });

  it("give formats: a name comes before exclude, that before the last pattern, that before types", async () => {
    const weights = q.int(8);
    const four = { weights: q.int(4) };
    expect(await widths({ weights, layers: { "block_*": four } })).toEqual([4, 4, 4, 4, 8]);
    const two = { weights: q.int(2) };
    const layers = { "block_*": four, "*_b": two, block_1_b: { weights: q.int(6) } };
    expect(await widths({ weights, layers })).toEqual([4, 6, 4, 2, 8]);
    expect(await widths({ weights, layers, exclude: ["block_1_*"] })).toEqual([32, 6, 4, 2, 8]);
    expect(await widths({ weights, types: { Dense: two }, layers: { "*_a": four } })).toEqual([
      4, 2, 4, 2, 2,
    ]);
    // Both ends are 8 bits wide, whatever patterns say.
    expect(await widths({ weights: q.int(3), layers: { "*": two }, firstAndLast: 8 })).toEqual([
      8, 2, 2, 2, 8,
    ]);
  });

  it("that match no layer are refused, naming those that are there", async () => {
    await expect(widths({ weights: q.int(8), layers: { "conv_*": {} } })).rejects.toThrow(
      'invalid layers: no layer matches "conv_*" (the model has block_1_a',
    );
    await expect(widths({ weights: q.int(8), exclude: ["*_se_*"] })).rejects.toThrow(
      'invalid exclude: no layer "*_se_*", by name or type (the model has',
    );
  });

  it("choose layers in compression, loss terms and analyses too", { tags: "slow" }, async () => {
    const zeros = (pruned: q.tf.LayersModel) =>
      names.map((name) =>
        pruned
          .getLayer(name)
          .getWeights()[0]!
          .dataSync()
          .some((weight) => weight === 0),
      );
    const half = q.compression.prune(model, { sparsity: { "block_*": 0.5 }, exclude: ["*_b"] });
    expect(zeros(half)).toEqual([true, false, true, false, false]);
    expect(() => q.compression.cluster(model, { exclude: ["conv_*"] })).toThrow("conv_*");
    const scheme = q.scheme({ weights: q.int(3), layers: { "*_a": { weights: q.int(2) } } });
    const prepared = await q.prepare(model, scheme, { calibration });
    const penalty = (layers?: string[]) =>
      q.qat.dampening({ strength: 1, layers }).penalty(prepared);
    expect(penalty(["block_*", "logits"])).toBeCloseTo(penalty(), 6);
    expect(penalty(["*_a"])).toBeLessThan(penalty());
    expect(() => penalty(["conv_*"])).toThrow('no quantized kernel in "conv_*"');
    const { rows } = q.analysis.cost(model, scheme);
    expect(rows.map((row) => row["weight bits"])).toEqual([2, 3, 2, 3, 3]);
  });
});
