import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { digits, throughFile, trainedMlp } from "../../fixtures/index.js";

const { tf } = q;
const root = mkdtempSync(join(tmpdir(), "qatlab-manifest-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let file: string;
let folders = 0;
beforeEach(() => {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  file = join(folder, "net.bin");
  writeFileSync(file, "some bytes");
});

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");
const floats = (...tensors: q.tf.Tensor[]) =>
  Buffer.concat(tensors.map((tensor) => Buffer.from(Float32Array.from(tensor.dataSync()).buffer)));

function constantsOf({ program }: { program: q.IntegerProgram }) {
  const constants = program.tensors.filter(({ codes }) => codes);
  const head = JSON.stringify(constants.map(({ name, type, shape }) => [name, type, shape]));
  const bytes = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return {
    head: Buffer.from(`${head}\n`),
    constants: constants.flatMap(({ scale, codes }) => [bytes(scale), bytes(codes!)]),
  };
}

describe("q.export.manifest", () => {
  it("has digests that others can compute", { tags: "slow" }, async () => {
    const { test, train } = await digits();
    const [model, few, first] = [await trainedMlp(), test.take(20), train.take(5)];
    const made = await q.export.manifest(file, { model, test: few, calibration: first });
    expect(made.files).toEqual([{ path: "net.bin", bytes: 10, sha256: sha256("some bytes") }]);
    const head = (shapes: object) => Buffer.from(`${JSON.stringify(shapes)}\n`);
    const weights = model.layers.flatMap(({ name, weights }) =>
      weights.map((weight) => ({ name, tensor: weight.read() })),
    );
    const names = weights.map(({ name, tensor }) => [name, tensor.shape]);
    const values = floats(...weights.map(({ tensor }) => tensor));
    expect(made.model.sha256).toBe(sha256(Buffer.concat([head(names), values])));
    const shapes = [
      ["", [20, 8, 8, 1]],
      ["", [20]],
    ];
    expect(made.test!.sha256).toBe(sha256(Buffer.concat([head(shapes), floats(few.xs, few.ys)])));
    expect(made.calibration!.examples).toBe(5);
    expect(made.test!.provenance).toEqual(few.provenance);
  });

  it("is the JSON of its entries, with a digest of its own", async () => {
    const made = await q.export.manifest(file, { model: await trainedMlp(), licence: "MIT" });
    const text = readFileSync(`${file}.manifest.json`, "utf8");
    expect(JSON.parse(text)).toEqual(made);
    const { sha256: digest, ...entries } = JSON.parse(text);
    expect(digest).toBe(sha256(JSON.stringify(entries)));
  });

  it("has formats, seeds, versions, and the accuracy with Wilson's interval", {
    tags: "slow",
  }, async () => {
    const { test, train } = await digits();
    const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(5) });
    const model = await q.prepare(await trainedMlp(), scheme, { calibration: train.take(64) });
    const seeds = { model: 1, training: "a" };
    const made = await q.export.manifest(file, { model, test, seeds });
    expect(made.seeds).toEqual(seeds);
    expect(made.kernel).toBeNull();
    expect(Object.values(made.scheme).at(-1)).toEqual({
      weights: "int4 per channel",
      activations: null,
    });
    const { node, tfjs, tensorflow } = q.environment();
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(made.versions).toEqual({ qatlab: version, tfjs, tensorflow, node });
    const { correct, examples, share, low, high } = made.accuracy!;
    expect(correct / examples).toBeCloseTo(q.accuracy(model, test), 12);
    // Wilson's interval holds the shares p with |share − p| ≤ z √(p (1 − p) / n).
    const z = 1.959963984540054;
    for (const end of [low, high]) {
      expect(Math.abs(share - end)).toBeCloseTo(z * Math.sqrt((end * (1 - end)) / examples), 10);
    }
  });

  it("is the same, byte for byte, each time, unless its date is asked for", {
    tags: "slow",
  }, async () => {
    const { test } = await digits();
    const model = await trainedMlp();
    const write = async (options: object = {}) => {
      await q.export.manifest(file, { model, test, overwrite: true, ...options });
      return readFileSync(`${file}.manifest.json`, "utf8");
    };
    const first = await write();
    expect(await write()).toBe(first);
    expect(JSON.parse(first).made).toBeNull();
    expect(Date.now() - Date.parse(JSON.parse(await write({ date: true })).made)).toBeLessThan(1e5);
  });

  it("has the same digest of weights for a model out of a file, frozen or not", async () => {
    const { train } = await digits();
    const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
    const calibration = train.take(32);
    const model = await q.prepare(await trainedMlp(), scheme, { calibration, estimator: "lsq" });
    const of = async (model: q.tf.LayersModel) =>
      (await q.export.manifest(file, { model, overwrite: true })).model.sha256;
    const first = await of(model);
    const loaded = await throughFile(model);
    expect(await of(loaded)).toBe(first);
    loaded.layers[2]!.trainable = false;
    expect(await of(loaded)).toBe(first);
    const [kernel] = loaded.layers.at(-1)!.weights;
    kernel!.write(kernel!.read().mul(1.0001));
    expect(await of(loaded)).not.toBe(first);
  });

  it("has an integer model's constants, kernel and exact outputs, also out of a file", {
    tags: "slow",
  }, async () => {
    const { test, train } = await digits();
    const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.int(8) });
    const integer = q.convert(
      await q.quantize(await trainedMlp(), scheme, { calibration: train.take(64) }),
    );
    const made = await q.export.manifest(file, { model: integer, test: test.take(50) });
    expect([made.kernel, made.vectors!.tolerance]).toEqual(["xnnpack", 0]);
    expect(made.model.parameters).toBe(64 * 12 + 12 + 12 * 10 + 10);
    expect(Object.values(made.scheme).at(-1)).toEqual({
      weights: "int8, codes -128 to 127, per channel",
      activations: "int32, codes -2147483648 to 2147483647, per channel",
    });
    expect(made.accuracy!.correct / 50).toBeCloseTo(q.accuracy(integer, test.take(50)), 12);
    const { constants, head } = constantsOf(integer);
    expect(made.model.sha256).toBe(sha256(Buffer.concat([head, ...constants])));
    const loaded = await throughFile(integer);
    const again = await q.export.manifest(file, { model: loaded, overwrite: true });
    expect(again.model).toEqual({ ...made.model, name: loaded.name });
  });

  it("takes tensors, models without classes, and files that belong to the file", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
    writeFileSync(file.replace("net.bin", "labels.txt"), "one\ntwo\n");
    const test = { xs: tf.ones([4, 3]), ys: tf.zeros([4, 1]) };
    const made = await q.export.manifest(file, { model, test, vectors: 2, files: ["labels.txt"] });
    expect(made.files.map(({ path }) => path)).toEqual(["net.bin", "labels.txt"]);
    expect(made.accuracy).toBeNull();
    expect(made.vectors!.inputs[0]!.shape).toEqual([2, 3]);
    const without = await q.export.manifest(file, { model, overwrite: true });
    expect([without.test, without.vectors]).toEqual([null, null]);
  });

  it("refuses what it can't record, before it writes", async () => {
    const model = await trainedMlp();
    const { manifest } = q.export;
    await expect(manifest(join(root, "none.bin"), { model })).rejects.toThrow("no such file");
    await expect(manifest(file, { model, files: ["../x"] })).rejects.toThrow(
      'invalid files of q.export.manifest: "../x" (expected the path of a file in the manifest\'s folder',
    );
    await expect(manifest(file, { model, tolerance: 2 })).rejects.toThrow("invalid tolerance: 2");
    await expect(manifest(file, { model, licence: 7 as never })).rejects.toThrow(
      "invalid entry licence: 7 (expected a text in a line, of at most 1000 characters)",
    );
    const test = { xs: tf.ones([4, 3]) };
    await expect(manifest(file, { model, test })).rejects.toThrow("invalid test: tensors of shape");
    await manifest(file, { model });
    await expect(manifest(file, { model })).rejects.toThrow("exists (choose another path");
  });
});
