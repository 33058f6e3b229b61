import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { convert } from "../../src/cli/convert.js";
import { exportModel } from "../../src/cli/export.js";
import * as q from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "qatlab-cli-export-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);

/** A small model in a folder, and a CSV file with examples. */
beforeAll(async () => {
  const model = q.models.mlp({ inputShape: [2, 2], units: [6], classes: 3, seed: 1 });
  await model.save(`file://${at("float")}`);
  const rows = Array.from({ length: 60 }, (_, i) => [i % 7, i % 5, i % 3, i % 2, `kind${i % 3}`]);
  writeFileSync(at("data.csv"), ["a,b,c,d,kind", ...rows].join("\n"));
});

let printed = "";
beforeEach(() => {
  printed = "";
  const write = (text: unknown) => {
    printed += text;
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(write);
  vi.spyOn(process.stderr, "write").mockImplementation(write);
});
afterEach(() => void vi.restoreAllMocks());

const examples = `${at("data.csv")}:kind`;
const manifestOf = (name: string) => JSON.parse(readFileSync(at(`${name}.manifest.json`), "utf8"));

describe("qatlab convert", () => {
  it("saves a float model as integers, which are the same when they are loaded", {
    tags: "slow",
  }, async () => {
    const call = [at("float"), "--to", at("integers"), "--calibration", examples];
    expect(await convert([...call, "--kernel", "tflite-reference"])).toBe(0);
    expect(printed).toMatch(
      /integer model "mlp", \d+ ops, \d+ bytes, as tflite-reference computes/,
    );
    expect(await exportModel([at("integers"), "--to", at("again.tflite"), "--manifest"])).toBe(0);
    expect(manifestOf("again.tflite").kernel).toBe("tflite-reference");
    expect((await q.export.verify(at("again.tflite"))).parts[0]!.result).toBe("equal");
  });

  it("refuses a float model without examples, a folder with files, and other kernels", async () => {
    expect(await convert([at("float"), "--to", at("none")])).toBe(1);
    expect(printed).toContain(
      'qatlab convert: model "mlp" computes in float, and integers need ranges',
    );
    expect(existsSync(at("none"))).toBe(false);
    expect(await convert([at("float"), "--to", at("float"), "--calibration", examples])).toBe(1);
    expect(printed).toContain("isn't empty (choose another folder)");
    expect(await convert([at("float"), "--to", at("none"), "--kernel", "mkl"])).toBe(1);
    expect(printed).toContain("invalid kernel: mkl");
    expect(await convert([at("float")])).toBe(2);
    expect(await convert(["--to", at("none")])).toBe(2);
    expect(await convert(["--help"])).toBe(0);
  });
});

describe("qatlab export", () => {
  it.each([
    ["float.tflite", [], /TFL3/],
    ["dynamic.tflite", ["--mode", "dynamic"], /TFL3/],
    ["int8.tflite", ["--mode", "int8", "--calibration", examples], /TFL3/],
    ["int4.tflite", ["--mode", "int4", "--calibration", examples], /TFL3/],
    ["float.onnx", [], /qatlab/],
    ["int8.onnx", ["--mode", "int8", "--calibration", examples], /DequantizeLinear/],
  ])("writes %s", { tags: "slow" }, async (name, more, content) => {
    const status = await exportModel([at("float"), "--to", at(name), ...more]);
    expect([printed, status]).toEqual([expect.stringMatching(/: [\d,]+ bytes\n$/), 0]);
    expect(readFileSync(at(name), "latin1")).toMatch(content);
  });

  it("writes SavedModels and C, with a manifest and the accuracy", { tags: "slow" }, async () => {
    mkdirSync(at("out"));
    const saved = [at("float"), "--to", at("out", "saved"), "--manifest", "--test", examples];
    expect(await exportModel(saved)).toBe(0);
    expect(printed).toMatch(/\d+ of 60 named rightly/);
    const verification = await q.export.verify(at("out", "saved"));
    expect(verification.parts.find(({ part }) => part === "outputs")!.result).toBe("equal");
    const c = [at("float"), "--to", at("out", "c"), "--format", "c", "--calibration", examples];
    expect(await exportModel(c)).toBe(0);
    expect(existsSync(at("out", "c", "main.c"))).toBe(true);
  });

  it("says what is wrong in a line, and leaves nothing behind", async () => {
    const fails = async (call: string[], message: string, status = 1) => {
      printed = "";
      expect(await exportModel(call)).toBe(status);
      expect(printed).toContain(message);
    };
    const to = ["--to", at("bad.tflite")];
    await fails([at("nowhere"), ...to], "qatlab export: missing file: ");
    await fails([at("float"), ...to, "--mode", "int2"], "invalid mode: int2");
    await fails([at("float"), ...to, "--mode", "int8"], "name examples, as in --calibration");
    await fails([at("float"), ...to, "--mode", "int8", "--calibration", "x"], "invalid data: x");
    await fails([at("float"), "--to", at("bad"), "--format", "exe"], "invalid format: exe");
    await fails([at("float")], "no --to", 2);
    expect(existsSync(at("bad.tflite"))).toBe(false);
    const twice = [at("float"), "--to", at("twice.tflite")];
    expect(await exportModel(twice)).toBe(0);
    await fails(twice, "exists (choose another path");
  });
});
