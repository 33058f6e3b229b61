import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
type Layer = InstanceType<typeof layers.Layer>;
type Symbolic = q.tf.SymbolicTensor;

const [image, sequence, volume] = [
  [6, 6, 2],
  [4, 6],
  [4, 4, 4, 2],
];
const kernel = { filters: 3, kernelSize: 2 };
const cropping = [
  [1, 1],
  [1, 1],
];
const lstmCell = () => layers.lstmCell({ units: 3 });

/** The options of layers that take no sequence or image without options. */
const cases: Record<string, { shape?: number[]; config?: () => object; inputs?: number }> = {
  activation: { config: () => ({ activation: "tanh" }) },
  add: { inputs: 2 },
  average: { inputs: 2 },
  averagePooling3d: { shape: volume, config: () => ({ poolSize: 2 }) },
  alphaDropout: { config: () => ({ rate: 0.2 }) },
  bidirectional: { config: () => ({ layer: layers.gru({ units: 3 }), mergeMode: "concat" }) },
  concatenate: { inputs: 2 },
  conv1d: { config: () => kernel },
  conv2d: { shape: image, config: () => kernel },
  conv2dTranspose: { shape: image, config: () => kernel },
  conv3d: { shape: volume, config: () => kernel },
  convLstm2d: { shape: [3, 6, 6, 2], config: () => kernel },
  cropping2D: { shape: image, config: () => ({ cropping }) },
  dense: { config: () => ({ units: 3 }) },
  depthwiseConv2d: { shape: image, config: () => ({ kernelSize: 2, depthMultiplier: 2 }) },
  dot: { config: () => ({ axes: 2 }), inputs: 2 },
  dropout: { config: () => ({ rate: 0.2 }) },
  embedding: { shape: [4], config: () => ({ inputDim: 2, outputDim: 3 }) },
  gaussianDropout: { config: () => ({ rate: 0.2 }) },
  gaussianNoise: { config: () => ({ stddev: 0.1 }) },
  gru: { config: () => ({ units: 3 }) },
  lstm: { config: () => ({ units: 3, returnSequences: true }) },
  maximum: { inputs: 2 },
  maxPooling3d: { shape: volume, config: () => ({ poolSize: 2 }) },
  minimum: { inputs: 2 },
  multiply: { inputs: 2 },
  permute: { config: () => ({ dims: [2, 1] }) },
  repeatVector: { shape: [6], config: () => ({ n: 3 }) },
  rescaling: { shape: image, config: () => ({ scale: 2 }) },
  reshape: { config: () => ({ targetShape: [24] }) },
  rnn: { config: () => ({ cell: layers.stackedRNNCells({ cells: [lstmCell(), lstmCell()] }) }) },
  separableConv2d: { shape: image, config: () => kernel },
  simpleRNN: { config: () => ({ units: 3 }) },
  softmax: { config: () => ({ axis: -1 }) },
  spatialDropout1d: { config: () => ({ rate: 0.2 }) },
  timeDistributed: { config: () => ({ layer: layers.dense({ units: 3 }) }) },
};

/** The layers that tfjs-node can't run, or has no gradient of, in float as well. */
const broken: typeof cases = {
  categoryEncoding: { config: () => ({ numTokens: 4, outputMode: "multiHot" }) },
  centerCrop: { shape: image, config: () => ({ height: 4, width: 4 }) },
  conv3dTranspose: { shape: volume, config: () => kernel },
  randomWidth: { shape: image, config: () => ({ factor: 0.2 }) },
  resizing: { shape: image, config: () => ({ height: 4, width: 4 }) },
};

/** Everything that makes a layer of a model; other names for the same are left out. */
const aliases = /^(avg|Avg)|MaxPool[12]d$|^maxPool[12]d$/;
const names = Object.keys(layers).filter(
  (name) =>
    /^[a-z]/.test(name) && !/Cells?$/.test(name) && !/^input/.test(name) && !aliases.test(name),
);

function make(name: string): Layer {
  const build = layers as unknown as Record<string, (config: object) => Layer>;
  const config = (cases[name] ?? broken[name])?.config?.() ?? {};
  return build[name]!({ name: "walked", ...config });
}

function shapeFor(name: string): number[] {
  const { shape } = cases[name] ?? broken[name] ?? {};
  return shape ?? (/2d|2D/.test(name) ? image! : sequence!);
}

const dense = (name: string, units: number, seed: number) =>
  layers.dense({ name, units, kernelInitializer: tf.initializers.glorotNormal({ seed }) });

function modelOf(name: string): q.tf.LayersModel {
  const input = tf.input({ shape: shapeFor(name), name: "values" });
  if (broken[name])
    return tf.model({ inputs: input, outputs: make(name).apply(input) as Symbolic });
  const count = cases[name]?.inputs ?? 1;
  const sources = Array.from({ length: count }, (_, i) => dense(`source${i}`, 3, i).apply(input));
  const walked = make(name).apply(count > 1 ? (sources as Symbolic[]) : input) as Symbolic;
  const flat = walked.shape.length > 2 ? layers.flatten({}).apply(walked) : walked;
  const logits = dense("logits", 2, 9).apply(flat as Symbolic) as Symbolic;
  return tf.model({ inputs: input, outputs: logits });
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "layers-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(6) });

describe("every layer that tf.layers exports", () => {
  it.each(names)(
    "%s is quantized, trains compiled and comes back from a file, or is named",
    async (name) => {
      const model = modelOf(name);
      const shape = [24, ...shapeFor(name)];
      const xs =
        name === "embedding"
          ? tf.randomUniform(shape, 0, 2, "int32", 1).toFloat()
          : tf.randomNormal(shape, 0, 1, "float32", 1);
      const data = q.dataset(
        xs,
        tf.tensor1d(
          Array.from({ length: 24 }, (_, i) => i % 2),
          "int32",
        ),
      );
      if (broken[name]) {
        await expect(q.prepare(model, scheme, { calibration: data })).rejects.toThrow(
          /cannot (train|quantize) layer "walked"|nothing to train|quantizes no layer/,
        );
        return;
      }
      const prepared = await q.prepare(model, scheme, { calibration: data, method: "minmax" });
      await q.fit(prepared, data, { epochs: 20, batchSize: 24, progress: false });
      const before = (prepared.predict(xs) as q.tf.Tensor).dataSync();
      expect(before.every(Number.isFinite)).toBe(true);
      await prepared.save(`file://${folder}/${name}`);
      const loaded = await tf.loadLayersModel(`file://${folder}/${name}/model.json`);
      expect((loaded.predict(xs) as q.tf.Tensor).dataSync()).toEqual(before);
      for (const one of [model, prepared, loaded]) one.dispose();
    },
  );
});
