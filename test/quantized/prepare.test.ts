import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { QuantizedLayer } from "../../src/quantized/index.js";
import { cnn, digits } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;
let test: q.Dataset;
let calibration: q.Dataset;

beforeAll(async () => {
  ({ train, test } = await digits());
  calibration = train.take(64);
});

const schemes = [
  q.scheme({ weights: q.int(8), activations: q.uint(8) }),
  q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) }),
  q.scheme({ weights: q.int(2, { narrowRange: true }), activations: q.uint(2) }),
  q.scheme({
    weights: q.int(4, { symmetric: false, per: "channel" }),
    activations: q.int(5, { symmetric: false }),
  }),
  q.scheme({ weights: q.int(1, { per: "channel" }) }),
  q.scheme({ activations: q.uint(3) }),
];

/** A net with random statistics in its batch normalizations, as if it had been trained. */
function seededModel(seed: number) {
  const model = cnn({ seed });
  tf.tidy(() => {
    for (const layer of model.layers) {
      if (layer.getClassName() !== "BatchNormalization") continue;
      const [gamma] = layer.getWeights();
      const random = (from: number, to: number, i: number) =>
        tf.randomUniform(gamma!.shape, from, to, "float32", seed * 4 + i);
      layer.setWeights([
        random(-1.5, 1.5, 0),
        random(-1, 1, 1),
        random(-1, 1, 2),
        random(0.1, 3, 3),
      ]);
    }
  });
  return model;
}

const logits = (model: q.tf.LayersModel, data = test) =>
  tf.tidy(() => (model.predict(data.xs) as q.tf.Tensor).dataSync());

describe("prepare and quantize", () => {
  it("predict the same numbers, bit for bit, over many seeds and formats", {
    tags: "slow",
  }, async () => {
    for (let seed = 0; seed < 2 * schemes.length; seed++) {
      const scheme = schemes[seed % schemes.length]!;
      const method = seed < schemes.length ? "minmax" : "mse";
      const model = seededModel(seed);
      const prepared = await q.prepare(model, scheme, { calibration, method });
      const quantized = await q.quantize(model, scheme, { calibration, method });
      expect(logits(quantized), `seed ${seed}, ${scheme}`).toEqual(logits(prepared));
      for (const one of [model, prepared, quantized]) one.dispose();
    }
  });

  it("leave the given model as it is, and free what they made on the way", {
    tags: "slow",
  }, async () => {
    const model = seededModel(1);
    const before = logits(model);
    const held = tf.memory().numTensors;
    const prepared = await q.prepare(model, schemes[1]!, { calibration });
    await q.fit(prepared, train, { epochs: 1, progress: false });
    expect(logits(model)).toEqual(before);
    prepared.dispose();
    expect(tf.memory().numTensors).toBe(held);
  });

  it("give kernels no more values than the format has codes, one grid for each channel", async () => {
    const quantized = await q.quantize(seededModel(3), schemes[1]!, { calibration });
    for (const name of ["conv", "depthwise", "pointwise", "logits"]) {
      const kernel = quantized.getLayer(name).getWeights()[0]!;
      const channels = name === "depthwise" ? 8 : kernel.shape.at(-1)!;
      const values = kernel.dataSync();
      for (let c = 0; c < channels; c++) {
        const distinct = new Set(values.filter((_, i) => i % channels === c));
        expect(distinct.size).toBeLessThanOrEqual(8);
      }
    }
  });

  it("quantize after the ReLU, not before, and leave the logits alone", async () => {
    const prepared = await q.prepare(seededModel(4), schemes[1]!, { calibration });
    const rows = prepared.layers
      .filter((layer) => layer instanceof QuantizedLayer)
      .map((layer) => {
        const { weights, activations } = layer.quantization();
        return [layer.name, weights?.bits, activations?.bits];
      });
    expect(rows).toEqual([
      [`${prepared.layers[0]!.name}_quantized`, undefined, 4],
      ["conv", 3, undefined],
      ["conv_relu", undefined, 4],
      ["depthwise", 3, undefined],
      ["depthwise_relu", undefined, 4],
      ["pointwise", 3, undefined],
      ["pointwise_relu", undefined, 4],
      ["logits", 3, undefined],
    ]);
  });

  it("predict with 16 bits the same as the float model, to the precision of 16 bits", {
    tags: "slow",
  }, async () => {
    const fine = q.scheme({ weights: q.int(16, { per: "channel" }), activations: q.uint(16) });
    const model = seededModel(5);
    const quantized = await q.quantize(model, fine, { calibration: test, method: "minmax" });
    const [a, b] = [logits(model), logits(quantized)];
    const scale = Math.max(...a.map(Math.abs));
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(scale * 2e-3);
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeGreaterThan(0);
  });

  it("take functional models with branches, and all layers that they name", {
    tags: "slow",
  }, async () => {
    const { layers } = tf;
    const input = tf.input({ shape: [8, 8, 1], name: "image" });
    const conv = (filters: number, name: string) =>
      layers.conv2d({ filters, kernelSize: 3, padding: "same", name });
    const padded = layers.zeroPadding2d({}).apply(input);
    const left = conv(4, "left").apply(layers.maxPooling2d({ poolSize: 2 }).apply(padded));
    const right = conv(4, "right").apply(layers.averagePooling2d({ poolSize: 2 }).apply(padded));
    const sum = layers.add({ name: "sum" }).apply([left, right] as q.tf.SymbolicTensor[]);
    const relu = layers.activation({ activation: "relu6", name: "relu" }).apply(sum);
    const pooled = layers.globalAveragePooling2d({ name: "mean" } as never).apply(relu);
    const dropped = layers.dropout({ rate: 0.5 }).apply(pooled);
    const hidden = layers.dense({ units: 6, activation: "relu", name: "hidden" }).apply(dropped);
    const output = layers.dense({ units: 10, activation: "softmax", name: "out" }).apply(hidden);
    const model = tf.model({ inputs: input, outputs: output as q.tf.SymbolicTensor });

    const quantized = await q.quantize(model, schemes[0]!, { calibration });
    const outputs = Object.fromEntries(
      quantized.layers
        .filter((layer) => layer instanceof QuantizedLayer)
        .map((layer) => [layer.name, layer.quantization().activations?.bits]),
    );
    expect(outputs).toMatchObject({
      image_quantized: 8,
      left: 8,
      right: 8,
      relu: 8,
      mean: 8,
      hidden: 8,
    });
    expect(outputs.sum).toBeUndefined();
    expect(outputs.out).toBeUndefined();
    const [a, b] = [logits(model), logits(quantized)];
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(0.05);
  });

  it("come back from a file as they were", { tags: "slow" }, async () => {
    const quantized = await q.quantize(seededModel(6), schemes[1]!, { calibration });
    let saved: Parameters<typeof tf.io.fromMemory>[0] | undefined;
    await quantized.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: undefined }));
        (saved as { weightData?: unknown }).weightData = artifacts.weightData;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
    expect(logits(loaded)).toEqual(logits(quantized));
    const layer = loaded.getLayer("conv") as QuantizedLayer;
    expect(layer.quantization()).toEqual(
      (quantized.getLayer("conv") as QuantizedLayer).quantization(),
    );
  });

  it("name a layer that can't be quantized", async () => {
    const scheme = schemes[0]!;
    const make = (layer: Parameters<q.tf.Sequential["add"]>[0]) => {
      const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [8, 8, 1] })] });
      model.add(layer);
      return model;
    };
    class Own extends tf.layers.Layer {
      static className = "OwnLayer";
    }
    await expect(
      q.prepare(make(new Own({ name: "last" })), scheme, { calibration }),
    ).rejects.toThrow(
      'cannot quantize layer "last" (OwnLayer): there is no rule for OwnLayer (leave',
    );
    const twice = await q.prepare(seededModel(1), scheme, { calibration });
    await expect(q.prepare(twice, scheme, { calibration })).rejects.toThrow("quantized already");
    await expect(
      q.prepare(seededModel(1), scheme, { calibration, estimator: "nearest" as never }),
    ).rejects.toThrow("invalid estimator: nearest (expected clippedSte");
    await expect(
      q.prepare(seededModel(1), scheme, { calibration, method: "entropy" as never }),
    ).rejects.toThrow("invalid method: entropy (expected minmax, movingAverage, percentile");
  });
});

describe("a user's own estimator", () => {
  it("has the channels of each kernel last, so that its parameters broadcast", {
    tags: "slow",
  }, async () => {
    const ones: q.estimators.Estimator["backward"] = ({ dy, parameters: { min } }) => ({
      x: dy.mul(tf.onesLike(min!)),
    });
    const own = { name: "own", source: "", backward: ones };
    const model = seededModel(1);
    const trained = [];
    for (const estimator of ["ste", own] as const) {
      const prepared = await q.prepare(model, schemes[1]!, { calibration, estimator });
      await q.fit(prepared, calibration, { epochs: 2, batchSize: 32, progress: false });
      trained.push(prepared.getWeights().map((weight) => weight.dataSync()));
    }
    expect(trained[1]).toEqual(trained[0]);
  });
});

describe("a quantized layer", () => {
  it("shows its quantizers in a line each, where a cell ends with it or with them", async () => {
    const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) });
    const options = { calibration, estimator: { weights: "lsq" }, movingAverage: true } as const;
    const prepared = await q.prepare(seededModel(1), scheme, options);
    const layer = prepared.getLayer("conv") as QuantizedLayer;
    layer.setRanges({ weights: { min: -4, max: 3 } });
    expect(layer.ranges().weights!.max).toEqual(new Float32Array(8).fill(3));
    q.qat.disableFakeQuant(prepared);
    expect(inspect(layer)).toBe(
      'layer "conv" (Conv2D), quantized\n  kernel: int3 per channel, −4 to 3, lsq, off',
    );
    const [input] = q.qat.quantizers(prepared);
    expect(inspect(input)).toBe("output: uint4 per tensor, 0 to 1, clippedSte, off, observing");
    expect(
      inspect(new QuantizedLayer({ layer: tf.layers.reLU(), activations: q.uint(4) })),
    ).toMatch(
      /^layer "re_lu_ReLU\d+" \(ReLU\), quantized\n {2}output: uint4 per tensor, clippedSte$/,
    );
  });
});
