import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { whole } from "../fixtures/index.js";

const { tf } = q;
const { layers } = tf;
const shape = [4, 4, 2];
const init = (seed: number, i: number) => tf.initializers.glorotNormal({ seed: 31 * seed + i });

/** Small nets of every kind, with statistics in their batch normalizations as if they had been trained. */
const nets: ((seed: number) => q.tf.LayersModel)[] = [
  (seed) =>
    tf.sequential({
      layers: [
        layers.flatten({ inputShape: shape }),
        layers.dense({ units: 5, activation: "relu", kernelInitializer: init(seed, 0) }),
        layers.dense({ units: 3, kernelInitializer: init(seed, 1) }),
      ],
    }),
  (seed) =>
    tf.sequential({
      layers: [
        layers.conv2d({
          filters: 3,
          kernelSize: 3,
          inputShape: shape,
          kernelInitializer: init(seed, 0),
        }),
        layers.batchNormalization({
          movingMeanInitializer: init(seed, 1) as never,
          movingVarianceInitializer: "ones",
        } as never),
        layers.reLU({ maxValue: 6 }),
        layers.depthwiseConv2d({ kernelSize: 2, depthwiseInitializer: init(seed, 2) as never }),
        layers.leakyReLU({}),
        layers.flatten({}),
        layers.dense({ units: 3, kernelInitializer: init(seed, 3) }),
      ],
    }),
  (seed) =>
    tf.sequential({
      layers: [
        layers.reshape({ targetShape: [4, 8], inputShape: shape }),
        layers.lstm({
          units: 3,
          kernelInitializer: init(seed, 0),
          recurrentInitializer: init(seed, 1),
        }),
        layers.dense({ units: 3, kernelInitializer: init(seed, 2) }),
      ],
    }),
  (seed) => {
    const input = tf.input({ shape });
    const x = layers.reshape({ targetShape: [4, 8] }).apply(input) as q.tf.SymbolicTensor;
    const mixed = q.models.layers.selfAttention(x, { heads: 2, seed });
    const sum = layers.add({}).apply([x, mixed]);
    const norm = new q.models.layers.LayerNorm({}).apply(sum);
    const flat = layers.flatten({}).apply(norm);
    const y = layers.dense({ units: 3, kernelInitializer: init(seed, 9) }).apply(flat);
    return tf.model({ inputs: input, outputs: y as q.tf.SymbolicTensor });
  },
];

const formats = [
  { weights: q.int(8), activations: q.uint(8) },
  { weights: q.int(3, { per: "channel" }), activations: q.uint(4) },
  {
    weights: q.int(4, { symmetric: false, per: "channel" }),
    activations: q.int(5, { symmetric: false }),
  },
  { weights: q.int(2, { narrowRange: true }), activations: q.uint(2) },
  {
    weights: q.int(5, { per: "channel", rounding: "halfEven" }),
    activations: q.uint(6, { powerOfTwo: true }),
  },
];

let folder: string;
let data: q.Dataset;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seeds-"));
  const xs = tf.randomNormal([16, ...shape], 0, 1, "float32", 5);
  data = q.dataset(
    xs,
    tf.tensor1d(
      Array.from({ length: 16 }, (_, i) => i % 3),
      "int32",
    ),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const logits = (model: q.tf.LayersModel) =>
  tf.tidy(() => (model.predict(data.xs) as q.tf.Tensor).dataSync());

async function pairOf(seed: number) {
  const model = nets[seed % nets.length]!(seed);
  const scheme = q.scheme(formats[seed % formats.length]!);
  const options = { calibration: data, method: "minmax" } as const;
  const prepared = await q.prepare(model, scheme, options);
  const quantized = await q.quantize(model, scheme, options);
  model.dispose();
  return { prepared, quantized };
}

const seeds = whole ? 1000 : 150;

describe("prepared and quantized models", () => {
  it(`predict the same numbers, bit for bit, over ${seeds} seeds, and when they come back from files`, async () => {
    const saved = new Set<string>();
    for (let seed = 0; seed < seeds; seed++) {
      const { prepared, quantized } = await pairOf(seed);
      const expected = logits(prepared);
      expect(expected.every(Number.isFinite)).toBe(true);
      expect(logits(quantized), `seed ${seed}`).toEqual(expected);
      // Every seventh seed meets each net in each format: 7 has no divisor in common with their numbers.
      if (seed % 7 === 0) {
        for (const model of [prepared, quantized]) {
          await model.save(`file://${folder}/model`);
          const loaded = await tf.loadLayersModel(`file://${folder}/model/model.json`);
          expect(logits(loaded), `seed ${seed}`).toEqual(expected);
          loaded.dispose();
        }
        saved.add(`${seed % nets.length} ${seed % formats.length}`);
      }
      for (const one of [prepared, quantized]) one.dispose();
    }
    expect(saved.size).toBe(nets.length * formats.length);
  });

  it.each(nets.map((_, kind) => kind))(
    "train in compiled steps as in eager ones, bit for bit: net %i",
    async (kind) => {
      const seed = 20 + kind;
      const [compiled, eager] = await Promise.all([pairOf(seed), pairOf(seed)]);
      const options = { epochs: 25, batchSize: 16, progress: false };
      await q.fit(compiled.prepared, data, { ...options, rewrite: false });
      await q.fit(eager.prepared, data, { ...options, compile: false });
      expect(logits(compiled.prepared)).toEqual(logits(eager.prepared));
    },
  );
});
