import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ownDigest } from "../../../src/export/manifest/digests.js";
import * as q from "../../../src/index.js";
import { digits, trainedMlp } from "../../fixtures/index.js";

const { tf } = q;
const root = mkdtempSync(join(tmpdir(), "qatlab-verify-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A SavedModel and a file that no runtime knows, each with its manifest. */
const exported = join(root, "exported");
let here: string;
let runs = 0;
const at = (...names: string[]) => join(here, ...names);

beforeAll(async () => {
  const { test } = await digits();
  const model = await trainedMlp();
  mkdirSync(exported);
  q.export.savedModel(model, join(exported, "digits"));
  await q.export.manifest(join(exported, "digits"), { model, test });
  for (const name of ["net.bin", "net.tflite", "labels.txt"]) {
    writeFileSync(join(exported, name), `bytes of ${name}`);
  }
  await q.export.manifest(join(exported, "net.bin"), { model, files: ["labels.txt"] });
  const { xs } = test.take(2);
  await q.export.manifest(join(exported, "net.tflite"), { model, test: { xs } });
});
beforeEach(() => {
  here = join(root, String(runs++));
  cpSync(exported, here, { recursive: true });
});

const results = (verification: q.export.Verification) =>
  Object.fromEntries(
    verification.parts.map(({ part, result, detail }) => [part, `${result}: ${detail}`]),
  );

describe("q.export.verify", () => {
  it("finds a SavedModel as it was written: files, weights and outputs", {
    tags: "slow",
  }, async () => {
    const verification = await q.export.verify(at("digits"), { model: await trainedMlp() });
    expect(verification.holds).toBe(true);
    const all = results(verification);
    expect(all.outputs).toBe("equal: 8 examples in TensorFlow");
    expect(all["test data"]).toMatch(/^equal: sha256 /);
    const right = Math.round(q.accuracy(await trainedMlp(), (await digits()).test) * 600);
    expect(all.accuracy).toBe(`equal: ${right} of 600 are named rightly`);
    expect(Object.values(all).every((text) => text.startsWith("equal"))).toBe(true);
    expect(Object.keys(all)).toContain("file digits/saved_model.pb");
  });

  it("names a file that was changed, cut, removed or added, and runs nothing", async () => {
    const index = at("digits", "variables", "variables.index");
    const bytes = readFileSync(at("digits", "saved_model.pb"));
    bytes[100]! ^= 1;
    writeFileSync(at("digits", "saved_model.pb"), bytes);
    rmSync(index);
    writeFileSync(at("digits", "extra.txt"), "");
    const data = at("digits", "variables", "variables.data-00000-of-00001");
    writeFileSync(data, readFileSync(data).subarray(4));
    const verification = await q.export.verify(at("digits"));
    expect(verification.holds).toBe(false);
    const all = results(verification);
    expect(all["file digits/saved_model.pb"]).toMatch(/^different: sha256 [0-9a-f]{64}, not /);
    expect(all["file digits/variables/variables.index"]).toBe("different: it is missing");
    expect(all["file digits/variables/variables.data-00000-of-00001"]).toMatch(/bytes, not \d+$/);
    expect(all["file digits/extra.txt"]).toBe("different: the manifest doesn't have it");
    expect(all.outputs).toBe("unchecked: files differ, so that nothing was run");
  });

  it("names weights that differ, and says what it can't compare", { tags: "slow" }, async () => {
    const other = q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10, seed: 9 });
    const differing = results(await q.export.verify(at("net.bin"), { model: other }));
    expect(differing['weights of model "mlp"']).toMatch(/^different: sha256 /);
    const alike = results(await q.export.verify(at("digits"), { model: other }));
    expect(alike["outputs of the model"]).toMatch(/^different: 80 of 80 values of output /);
    const unlike = q.models.mlp({ inputShape: [4], classes: 10 });
    const unfit = results(await q.export.verify(at("digits"), { model: unlike }));
    expect(unfit["outputs of the model"]).toMatch(
      /^different: the model has inputs \S+ of shapes \[4\]$/,
    );
    const all = results(await q.export.verify(at("net.bin")));
    expect(all['weights of model "mlp"']).toBe("unchecked: no model was passed to compare with");
    expect(all.outputs).toBe("unchecked: the manifest has no examples to run the file on");
    expect(all["file labels.txt"]).toMatch(/^equal/);
  });

  it("runs a model of TensorFlow.js, and names an accuracy and data that differ", {
    tags: "slow",
  }, async () => {
    const { test, train } = await digits();
    const model = await trainedMlp();
    await model.save(`file://${at("model")}`);
    await q.export.manifest(at("model"), {
      model,
      test: test.take(30),
      calibration: train.take(7),
    });
    const all = results(await q.export.verify(at("model")));
    expect(all.outputs).toBe("equal: 8 examples in TensorFlow.js");
    expect(all["calibration data"]).toMatch(/^equal/);
    const differing = await q.export.verify(at("model"), { calibration: train.take(8) });
    expect(results(differing)["calibration data"]).toMatch(/^different: sha256 /);

    // Wrong labels change the accuracy, and no output.
    const wrong = new q.Dataset(test.take(30).xs, tf.zeros([30], "int32") as q.tf.Tensor1D, {
      classes: 10,
      provenance: { name: "zeros", source: "none", licence: "CC0" },
    });
    await q.export.manifest(at("model"), { model, test: wrong, overwrite: true });
    expect(results(await q.export.verify(at("model")))["test data"]).toBe(
      "unchecked: the examples aren't here to compare with",
    );
    const path = at("model.manifest.json");
    const { sha256: _, ...entries } = JSON.parse(readFileSync(path, "utf8"));
    entries.accuracy.correct += 1;
    const changed = { ...entries, sha256: await ownDigest(entries) };
    writeFileSync(path, JSON.stringify(changed));
    const again = results(await q.export.verify(at("model"), { test: wrong }));
    const { correct } = entries.accuracy;
    expect(again.accuracy).toBe(
      `different: ${correct - 1} of 30 are named rightly, not ${correct} of 30`,
    );
  });

  it("compares a file of integers with the prepared model that they come from", {
    tags: "slow",
  }, async () => {
    const { train, test } = await digits();
    const scheme = q.scheme({ weights: q.int(8), activations: q.int(8) });
    const options = { calibration: train.take(64) };
    const [prepared, other] = [
      await q.prepare(await trainedMlp(), scheme, options),
      await q.prepare(await trainedMlp(), scheme, { ...options, method: "minmax" }),
    ];
    const model = q.convert(prepared, { kernel: "tflite-reference" });
    await q.export.manifest(at("net.tflite"), { model, test, overwrite: true });
    const all = results(await q.export.verify(at("net.tflite"), { model: prepared }));
    expect(all[`weights of model "${model.name}"`]).toMatch(/^equal/);
    expect(all["outputs of the model"]).toBe("equal: here");
    const differing = results(await q.export.verify(at("net.tflite"), { model: other }));
    expect(differing["outputs of the model"]).toMatch(/^different: \d+ of 80 values of output /);
  });

  it("names outputs that differ", { tags: "slow" }, async () => {
    const { test } = await digits();
    const other = q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10, seed: 9 });
    await q.export.manifest(at("digits"), { model: other, test, overwrite: true });
    const verification = await q.export.verify(at("digits"));
    expect(results(verification).outputs).toMatch(
      /^different: 8 examples in TensorFlow: 80 of 80 values of output \w+ differ by more than /,
    );
    expect(verification.holds).toBe(false);
  });

  it("runs .tflite files in Python, and tells a missing module from a failing file", {
    tags: "slow",
  }, async () => {
    const python = (lines: string) => {
      const path = at("python");
      writeFileSync(path, `#!/bin/sh\ncat > "$0.input"\n${lines}\n`);
      chmodSync(path, 0o755);
      return path;
    };
    const outputs = async (lines: string) =>
      results(await q.export.verify(at("net.tflite"), { python: python(lines) })).outputs;
    const { vectors } = JSON.parse(readFileSync(at("net.tflite.manifest.json"), "utf8"));
    const print = (result: object) => `echo '${JSON.stringify(result)}'`;
    const right = { runtime: "ai-edge-litert 2.3.0", outputs: vectors.outputs };
    expect(await outputs(print(right))).toBe("equal: 2 examples in ai-edge-litert 2.3.0");
    expect(JSON.parse(readFileSync(at("python.input"), "utf8"))).toEqual({
      file: at("net.tflite"),
      inputs: vectors.inputs,
    });
    expect(
      await outputs(print({ missing: "ai_edge_litert", install: "ai-edge-litert==2.3.0" })),
    ).toBe(
      `unchecked: ${at("python")} has no module ai_edge_litert (install it: ${at("python")} -m pip install ai-edge-litert==2.3.0)`,
    );
    expect(await outputs("echo 'ValueError: not a model' >&2; exit 1")).toBe(
      "different: it doesn't run: ValueError: not a model",
    );
    expect(await outputs("kill -9 $$")).toBe(
      "different: it doesn't run: Python ended with SIGKILL",
    );
    const nowhere = await q.export.verify(at("net.tflite"), { python: at("nowhere") });
    expect(results(nowhere).outputs).toMatch(/^unchecked: there is no Python at /);
  });

  it("refuses a manifest that is missing, damaged, changed, or that of another file", async () => {
    const path = at("net.bin.manifest.json");
    const text = readFileSync(path, "utf8");
    const refused = async (content: string, message: string) => {
      writeFileSync(path, content);
      await expect(q.export.verify(at("net.bin"))).rejects.toThrow(message);
    };
    await refused(text.slice(0, 100), `invalid manifest ${path}: it isn't JSON, or it is damaged`);
    await refused(text.replace('"mlp"', '"mlq"'), "it was changed after it was written");
    await refused(
      text.replace('"version": 1', '"version": 2'),
      "invalid entry version: 2 (expected 1)",
    );
    await refused("[]", "invalid entry the whole: []");
    await refused(
      text.replace('"seeds"', '"seed"'),
      "invalid entry seed: {} (expected only manifest,",
    );
    renameSync(at("net.tflite.manifest.json"), path);
    await expect(q.export.verify(at("net.bin"))).rejects.toThrow(
      `invalid manifest ${path}: it is that of another file, "net.tflite"`,
    );
    rmSync(path);
    await expect(q.export.verify(at("net.bin"))).rejects.toThrow(`no manifest: ${path}`);
  });

  it("reads no file outside the folder, but for the one that the user named", async () => {
    writeFileSync(join(root, "secret.txt"), "bytes of labels.txt");
    rmSync(at("labels.txt"));
    symlinkSync(join(root, "secret.txt"), at("labels.txt"));
    renameSync(at("net.bin"), join(root, `net-${runs}.bin`));
    symlinkSync(join(root, `net-${runs}.bin`), at("net.bin"));
    const all = results(await q.export.verify(at("net.bin")));
    expect(all["file labels.txt"]).toBe("different: it lies outside the folder");
    expect(all["file net.bin"]).toMatch(/^equal/);
  });
});
