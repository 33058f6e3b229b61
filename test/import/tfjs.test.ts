import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = q.models;

/** Slashes in names, all of the library's layers, a layer used twice and a model in the model. */
function modelOf(): q.tf.LayersModel {
  const inner = tf.sequential({
    name: "inner",
    layers: [
      tf.layers.dense({ name: "tower/dense", units: 4, inputShape: [6, 4] }),
      new layers.GeneralReLU({
        name: "tower/relu",
        maxValue: 2,
        negativeSlope: 0.1,
        threshold: 0.2,
      }),
    ],
  });
  const input = tf.input({ shape: [6, 4], name: "input" });
  const one = (layer: unknown, ...x: q.tf.SymbolicTensor[]) =>
    (layer as InstanceType<typeof tf.layers.Layer>).apply(
      x.length > 1 ? x : x[0]!,
    ) as q.tf.SymbolicTensor;
  const attention = new layers.MultiHeadAttention({
    name: "scope/mha",
    numHeads: 2,
    keyDim: 3,
    useCausalMask: true,
  });
  const a = one(attention, one(inner, input));
  const b = one(attention, a, input);
  const gru = new layers.GRU({
    name: "gru",
    units: 3,
    returnSequences: true,
    recurrentActivation: "hardSigmoid6" as never,
  });
  const both = tf.layers.bidirectional({
    name: "both",
    layer: new layers.GRU({ units: 2, name: "cell" }) as never,
    mergeMode: "concat",
  });
  const maps = one(tf.layers.reshape({ targetShape: [3, 2, 3] }), one(gru, b));
  const dropped = one(new layers.SpatialDropout2D({ name: "maps", rate: 0.5 }), maps);
  const steps = one(tf.layers.reshape({ targetShape: [6, 3] }), dropped);
  return tf.model({ name: "all", inputs: input, outputs: one(both, steps) });
}

const folder = mkdtempSync(join(tmpdir(), "qatlab-import-"));
const input = tf.randomUniform([2, 6, 4], -2, 2, "float32", 5);
let expected: number[];
let server: Server;
let address: string;

beforeAll(async () => {
  const model = modelOf();
  tf.tidy(() => {
    model.setWeights(
      model
        .getWeights()
        .map((weight, i) => tf.randomUniform(weight.shape, -1, 1, "float32", i + 1)),
    );
    expected = [...(model.predict(input) as q.tf.Tensor).dataSync()];
  });
  await model.save(`file://${folder}`);
  model.dispose();
  server = createServer(({ url }, response) => {
    try {
      response.end(readFileSync(join(folder, url!.replace("/models/", ""))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/model.json`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
  tf.dispose(input);
});

async function expectSame(model: q.tf.LayersModel): Promise<void> {
  const outputs = tf.tidy(() => [...(model.predict(input) as q.tf.Tensor).dataSync()]);
  expect(outputs).toEqual(expected);
  model.dispose();
}

const digest = (name: string) =>
  createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");

describe("a Layers model of TensorFlow.js's", () => {
  it("comes back bit for bit from its folder, its file, its address and the web", {
    tags: "slow",
  }, async () => {
    await expectSame(await q.models.load(folder));
    await expectSame(await q.models.load(join(folder, "model.json")));
    await expectSame(await q.models.load(`file://${folder}/model.json`));
    await expectSame(await q.models.load(new URL(address)));
  });

  it("comes back by TensorFlow.js's own function, too", async () => {
    await expectSame(await tf.loadLayersModel(`file://${folder}/model.json`));
  });

  it("is compared with its checksums, and every file needs one", { tags: "slow" }, async () => {
    const shard = readdirSync(folder).find((name) => name.endsWith(".bin"))!;
    const sha256 = { "model.json": digest("model.json"), [shard]: digest(shard) };
    await expectSame(await q.models.load(address, { sha256 }));
    await expectSame(await q.models.load(address, { sha256: digest("model.json") }));
    const load = (other: Record<string, string>) => q.models.load(address, { sha256: other });
    const wrong = "0".repeat(64);
    await expect(load({ ...sha256, [shard]: wrong })).rejects.toThrow(
      `corrupt file: ${shard} has SHA-256`,
    );
    await expect(load({ [shard]: sha256[shard]! })).rejects.toThrow("missing sha256 of model.json");
    await expect(load({ ...sha256, other: wrong })).rejects.toThrow(
      "other isn't a file of the model",
    );
    await expect(q.models.load(address, { sha256: wrong })).rejects.toThrow(
      "corrupt file: model.json",
    );
  });

  it("has weights that the converter packed as codes or half floats", async () => {
    const codes = [0, 255, 100, 7];
    const manifest = (name: string, more: object) => ({
      modelTopology: tf
        .sequential({
          layers: [tf.layers.dense({ name: "d", units: 2, useBias: false, inputShape: [2] })],
        })
        .toJSON(null, false),
      weightsManifest: [
        {
          paths: [name],
          weights: [{ name: "d/kernel", shape: [2, 2], dtype: "float32", ...more }],
        },
      ],
    });
    const save = (name: string, bytes: Uint8Array, more: object) => {
      writeFileSync(join(folder, name), bytes);
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(manifest(name, more)));
      return join(folder, `${name}.json`);
    };
    const coded = save("codes", Uint8Array.from(codes), {
      quantization: { dtype: "uint8", scale: 0.5, min: -10 },
    });
    const half = new Uint8Array(Uint16Array.from([0x3c00, 0xc100, 0x0001, 0x7bff]).buffer);
    const halved = save("half", half, { quantization: { dtype: "float16" } });
    const weightsOf = async (path: string) => {
      const model = await q.models.load(path);
      const values = [...model.getWeights()[0]!.dataSync()];
      model.dispose();
      return values;
    };
    expect(await weightsOf(coded)).toEqual([-10, 117.5, 40, -6.5]);
    expect(await weightsOf(halved)).toEqual([1, -2.5, 2 ** -24, 65504]);
    writeFileSync(join(folder, "codes"), Uint8Array.from([1, 2, 3]));
    await expect(q.models.load(coded)).rejects.toThrow(
      "have 3 bytes (expected 4, the size of its weights)",
    );
  });
});
