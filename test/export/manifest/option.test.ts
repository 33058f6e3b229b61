import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { digits, trainedMlp } from "../../fixtures/index.js";

const root = mkdtempSync(join(tmpdir(), "qatlab-option-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);
const read = (name: string): q.export.Manifest =>
  JSON.parse(readFileSync(`${at(name)}.manifest.json`, "utf8"));

describe("an exporter's manifest", () => {
  it("stands beside a file of a float model, and holds", { tags: "slow" }, async () => {
    const model = await trainedMlp();
    const { test } = await digits();
    await q.export.onnx(model, at("float.onnx"), { manifest: { test: test.take(20) } });
    const { accuracy, vectors, kernel } = read("float.onnx");
    expect([accuracy!.examples, vectors!.tolerance, kernel]).toEqual([20, 1e-5, null]);
    const { parts } = await q.export.verify(at("float.onnx"), { model, python: "nothing" });
    expect(parts.filter(({ result }) => result === "different")).toEqual([]);
  });

  it("has the integers of a model that is converted on the way, and its calibration", {
    tags: "slow",
  }, async () => {
    const { train, test } = await digits();
    const calibration = train.take(32);
    const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
    const prepared = await q.prepare(await trainedMlp(), scheme, { calibration });
    const options = { calibration, manifest: { test: test.take(20), seeds: { model: 3 } } };
    await q.export.tflite(prepared, at("net.tflite"), options);
    const made = read("net.tflite");
    expect(made).toMatchObject({ kernel: "xnnpack", seeds: { model: 3 } });
    expect(made.calibration!.examples).toBe(32);
    const integer = q.convert(prepared, { calibration });
    expect(made.accuracy!.share).toBe(q.accuracy(integer, test.take(20)));
    const page = await q.export.page(integer, at("page.html"), { manifest: true });
    expect(existsSync(`${page.file}.manifest.json`)).toBe(true);
    const again = await q.export.verify(page.file);
    const outputs = again.parts.find(({ part }) => part === "outputs");
    expect(outputs!.detail).toBe("the manifest has no examples to run the file on");
    const xs = test.take(2).xs;
    await q.export.manifest(page.file, { model: integer, test: { xs }, overwrite: true });
    const opened = await q.export.verify(page.file);
    expect(opened.parts.find(({ part }) => part === "outputs")).toMatchObject({
      result: "unchecked",
      detail: "a page isn't opened here (open it in a browser)",
    });
  });

  it("needs a file and options, and is refused before anything is written", async () => {
    const model = await trainedMlp();
    await expect(q.export.onnx(model, null, { manifest: true })).rejects.toThrow(
      "invalid file: null (expected a file beside which the manifest is written",
    );
    const wrong = { manifest: "yes" as never };
    await expect(q.export.tflite(model, at("none.tflite"), wrong)).rejects.toThrow(
      /invalid manifest: "?yes"? \(expected true, or options as q\.export\.manifest takes them/,
    );
    expect(existsSync(at("none.tflite"))).toBe(false);
  });
});
