import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";
import { cnn, hill, randomize } from "../fixtures/index.js";

const { tf } = q;
const int8 = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });

const models = {
  "a depthwise network": () => cnn(),
  "a residual network": () => q.models.residualCnn({ inputShape: [8, 8, 1], classes: 10 }),
  "a dense network": () => q.models.mlp({ inputShape: [8, 8, 1], classes: 10 }),
  "a network with padding, crops and branches": () => {
    const image = tf.input({ shape: [6, 6, 2] });
    const padded = tf.layers.zeroPadding2d({ padding: 1 }).apply(image);
    const conv = (options: object) =>
      tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", ...options });
    const a = conv({ padding: "same", strides: 2 }).apply(padded);
    const b = conv({ kernelSize: 2, strides: 2 }).apply(padded);
    const joined = tf.layers.concatenate().apply([a, b] as q.tf.SymbolicTensor[]);
    const flat = tf.layers.flatten().apply(joined);
    const logits = tf.layers.dense({ units: 3 }).apply(flat) as q.tf.SymbolicTensor;
    return tf.model({ inputs: image, outputs: logits });
  },
};

describe("the native twin", () => {
  it.each(Object.entries(models))(
    "has the engine's codes: %s",
    { tags: "slow" },
    async (_, make) => {
      const model = randomize(make(), 9);
      const shape = model.inputs[0]!.shape.slice(1) as number[];
      const xs = hill([24, ...shape], generator(2));
      const prepared = await q.quantize(model, int8, { calibration: { xs } });
      const calibration = { xs };
      const arrays = q.convert(prepared, { calibration });
      const native = q.convert(prepared, { calibration, native: true });
      expect(native.nativeLayers.length).toBeGreaterThan(1);
      const before = tf.memory().numTensors;
      expect(native.codes(xs)).toEqual(arrays.codes(xs));
      expect(tf.memory().numTensors).toBe(before);
      expect(arrays.nativeLayers).toEqual([]);
      native.dispose();
      expect(tf.memory().numTensors).toBeLessThan(before);
    },
  );

  it("leaves a layer to the arrays whose sums can reach 2²⁴", async () => {
    const wide = tf.sequential({
      layers: [tf.layers.dense({ name: "wide", units: 2, inputShape: [2000], useBias: false })],
    });
    wide.setWeights([tf.ones([2000, 2])]);
    const xs = tf.randomUniform([8, 2000], 0, 1, "float32", 3);
    const prepared = await q.quantize(wide, int8, { calibration: { xs }, method: "minmax" });
    const native = q.convert(prepared, { native: true });
    expect(native.nativeLayers).toEqual([]);
    // All codes are 255 at most: 2,000 · 255 · 127 is above 2²⁴, and float32 sums would miss.
    const full = tf.ones([1, 2000]);
    expect(native.codes(full)[0]![0]).toBe(2000 * 255 * 127);
  });

  it("is refused where the kernel's requantization isn't a float32 product", async () => {
    const prepared = await q.quantize(randomize(cnn(), 1), int8, {
      calibration: { xs: hill([8, 8, 8, 1], generator(1)) },
    });
    expect(() => q.convert(prepared, { native: true, kernel: "tflite-reference" })).toThrow(
      /invalid native: true with the kernel tflite-reference/,
    );
  });
});
