import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Benchmark } from "../../src/benchmark/index.js";
import { displaySymbol } from "../../src/display/index.js";
import * as q from "../../src/index.js";
import { any } from "../fixtures/index.js";

const { tf } = q;
let folder: string;
let data: { xs: q.tf.Tensor; ys: q.tf.Tensor };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-benchmark-"));
  // The class of an example is its larger value's index.
  data = {
    xs: tf.tensor([
      [1, 0],
      [0, 1],
      [2, 1],
      [3, 5],
    ]),
    ys: tf.tensor([0, 1, 0, 1], [4], "int32"),
  };
});
afterAll(() => {
  tf.dispose(data);
  rmSync(folder, { recursive: true });
});

/** A model whose output is its input times a matrix. */
function linear(matrix: number[][]): q.tf.LayersModel {
  const model = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [2], units: 2, useBias: false })],
  });
  tf.tidy(() => model.setWeights([tf.tensor(matrix)]));
  return model;
}

function file(name: string, content = ""): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A stand-in for onnxruntime-node, which isn't installed: a file's output is its input times the file's number. */
const onnxRuntime = `
const { readFileSync } = require("node:fs");
exports.env = { versions: { common: "0", node: "stub" } };
exports.Tensor = class { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } };
exports.InferenceSession = { create: async (path, options) => ({
  inputNames: ["x"], outputNames: ["y"],
  inputMetadata: [{ type: "float32", shape: ["batch", path.endsWith("wide.onnx") ? 3 : 2] }],
  run: async ({ x }) => ({ y: { data: x.data.map((value) => value * Number(readFileSync(path, "utf8"))) } }),
  release: async () => {},
}) };
`;

/** A stand-in for Python with LiteRT: it answers as scripts/benchmark.py does, the outputs being the inputs. */
const python = `#!${process.execPath}
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { open, run, values, calls } = JSON.parse(line);
  if (open?.endsWith("broken.tflite")) console.log(JSON.stringify({ failed: "no flatbuffer" }));
  else if (open) console.log(JSON.stringify({ id: 0, shapes: [[1, 2]], runtime: "LiteRT stub" }));
  else console.log(JSON.stringify(run === undefined ? Array(calls).fill(0.5) : values));
});
`;

function program(name: string, content: string): string {
  const path = file(name, content);
  chmodSync(path, 0o755);
  return path;
}

describe("q.benchmark", () => {
  const options = { runs: 12, warmUp: 1, threads: [1, 2] };

  it("measures models: accuracy with its interval, and the predictions that changed", {
    tags: "slow",
  }, async () => {
    const right = linear([
      [1, 0],
      [0, 1],
    ]);
    const first = linear([
      [1, 0],
      [1, 0],
    ]);
    const result = await q.benchmark({ right, first }, data, options);
    expect(result.rows.map(({ file, threads }) => [file, threads])).toEqual([
      ["right", 1],
      ["first", 1],
    ]);
    expect(result.rows[1]).toMatchObject({ "accuracy (%)": 50, "changed (%)": 50, bytes: 16 });
    // Wilson's interval of 2 of 4: (1/2 + z²/8 ± z √(1/16 + z²/64)) / (1 + z²/4), z = 1.95996.
    expect(result.rows[1]!["low (%)"]).toBeCloseTo(15.0, 1);
    expect(result.rows[1]!["high (%)"]).toBeCloseTo(85.0, 1);
    expect(result.table.shape).toEqual([2, 10]);
    expect(String(result)).toMatch(
      /50\.0 % \(.* × as fast, 1\.00 of the bytes, 50\.0 % of the pred/,
    );
    expect(result.figure.alt).toContain("The median time of a call");
    right.dispose();
    first.dispose();
  });

  it("runs an integer model by the engine, and agrees with q.accuracy and q.analysis.churn", {
    tags: "slow",
  }, async () => {
    const { train, test } = await q.datasets.digits();
    const float = q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10, seed: 1 });
    const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
    const quantized = await q.quantize(float, scheme, { calibration: train.take(64) });
    const integer = q.convert(quantized);
    const { rows } = await q.benchmark({ float, integer }, test, { runs: 1 });
    const changed = q.analysis.churn(float, integer, test).changed.share;
    expect(rows[1]!.runtime).toContain("xnnpack");
    expect(rows[1]!["accuracy (%)"]).toBeCloseTo(100 * q.accuracy(integer, test), 6);
    expect(rows[1]!["changed (%)"]).toBeCloseTo(100 * changed, 6);
    for (const model of [float, quantized, integer]) model.dispose();
  });

  it("says which command installs a runtime that isn't there", { tags: "slow" }, async () => {
    const onnx = file("a.onnx");
    await expect(q.benchmark([onnx], data)).rejects.toThrow(
      /npm install onnxruntime-node@1\.30\.0/,
    );
    const lite = file("a.tflite");
    const without = program(
      "without",
      `#!${process.execPath}\nconsole.log('{"missing":"ai-edge-litert==2.3.0"}');setInterval(() => {}, 1000);`,
    );
    await expect(q.benchmark([lite], data, { python: without })).rejects.toThrow(
      /without -m pip install ai-edge-litert==2\.3\.0/,
    );
    await expect(q.benchmark([lite], data, { python: "/nowhere/python" })).rejects.toThrow(
      /no Python at \/nowhere\/python/,
    );
  });

  it("runs .onnx files with each number of threads, and refuses inputs of another shape", async () => {
    mkdirSync(join(folder, "onnxruntime-node"));
    file("onnxruntime-node/index.js", onnxRuntime);
    const search = (path: string | undefined) => {
      if (path === undefined) delete process.env.NODE_PATH;
      else process.env.NODE_PATH = path;
      (Module as unknown as { _initPaths(): void })._initPaths();
    };
    const before = process.env.NODE_PATH;
    search(folder);
    try {
      const files = { right: file("right.onnx", "1"), wrong: file("wrong.onnx", "-1") };
      const { rows } = await q.benchmark(files, data, options);
      expect(rows.map(({ file, threads }) => `${file} ${threads}`)).toEqual([
        ...["right 1", "right 2", "wrong 1", "wrong 2"],
      ]);
      expect(rows[0]).toMatchObject({
        runtime: "ONNX Runtime stub",
        "accuracy (%)": 100,
        bytes: 1,
      });
      expect(rows[2]).toMatchObject({ "accuracy (%)": 0, "changed (%)": 100, bytes: 2 });
      await expect(q.benchmark([file("wide.onnx", "1")], data)).rejects.toThrow(
        /wide\.onnx has an input \[batch, 3\] \(expected .*\[batch, 2\]/,
      );
    } finally {
      search(before);
    }
  });

  it("runs .tflite files in a Python process, and passes its complaints on", {
    tags: "slow",
  }, async () => {
    const stub = program("python", python);
    const { rows } = await q.benchmark([file("same.tflite", "abc")], data, {
      ...options,
      python: stub,
    });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ file: "same.tflite", bytes: 3, runtime: "LiteRT stub" });
    expect(rows[0]).toMatchObject({ "median (ms)": 0.5, "p95 (ms)": 0.5, "accuracy (%)": 100 });
    const broken = file("broken.tflite");
    await expect(q.benchmark([broken], data, { python: stub })).rejects.toThrow(/no flatbuffer/);
  });

  it("refuses files and data that can't be measured", async () => {
    const model = linear([
      [1, 0],
      [0, 1],
    ]);
    const missing = join(folder, "none.onnx");
    await expect(q.benchmark([missing], data)).rejects.toThrow(/none\.onnx doesn't exist/);
    await expect(q.benchmark(["a.bin"], data)).rejects.toThrow(/invalid file a\.bin/);
    await expect(q.benchmark(["a/x.onnx", "b/x.onnx"], data)).rejects.toThrow(/name of its own/);
    await expect(q.benchmark({}, data)).rejects.toThrow(/at least one file/);
    await expect(q.benchmark({ model }, any({ xs: data.xs }))).rejects.toThrow(/invalid data/);
    await expect(q.benchmark({ model }, data, any({ run: 3 }))).rejects.toThrow(
      /did you mean runs/,
    );
    await expect(q.benchmark({ model }, data, { reference: "x" })).rejects.toThrow(/one of model/);
    await expect(q.benchmark({ model }, data, { threads: [0] })).rejects.toThrow(/invalid threads/);
    model.dispose();
  });
});

describe("Benchmark.breakEven", () => {
  const row = (file: string, time: number) => ({
    ...{ file, runtime: "", threads: 1, bytes: 1, "median (ms)": time, "p95 (ms)": time },
    ...{ "accuracy (%)": 90, "low (%)": 80, "high (%)": 95, "changed (%)": 0 },
  });
  const measured = new Benchmark([row("float", 3), row("int8", 1), row("slow", 4)], "float");
  const training: q.analysis.TrainingCost = any({
    rows: [{ way: "QAT", "total (s)": 10, times: 5 }],
  });

  it("divides the training's time by the time that an inference saves", () => {
    // 10 s / 2 ms.
    expect(measured.breakEven(training, { way: "QAT", file: "int8" })).toEqual({
      ...{ "training (s)": 10, "saved (ms)": 2, inferences: 5000 },
    });
    const { inferences } = measured.breakEven(training, { way: "QAT", file: "slow" });
    expect(inferences).toBe(Number.POSITIVE_INFINITY);
  });

  it("does so with energies, three forward passes for a training step", () => {
    const cost = (arithmetic: number, reading: number): q.analysis.Cost =>
      any({ total: { "arithmetic (nJ)": arithmetic, "reading (nJ)": reading } });
    const energy = { reference: cost(100, 60), quantized: cost(10, 50), examples: 20 };
    const result = measured.breakEven(training, { way: "QAT", file: "int8", energy });
    // 3 · 100 nJ · 20 examples · 5 epochs = 30 µJ; 160 − 60 = 100 nJ saved.
    expect(result.energy).toEqual({ "training (J)": 30e-6, "saved (nJ)": 100, inferences: 300 });
  });

  it("refuses a way or a file that isn't there", () => {
    expect(() => measured.breakEven(training, { way: "PTQ", file: "int8" })).toThrow(/one of QAT/);
    expect(() => measured.breakEven(training, { way: "QAT", file: "x" })).toThrow(/one of float, /);
  });

  it("shows its benchmark as a table", () => {
    const shown = measured[displaySymbol]()["text/plain"];
    expect(shown).toContain("median (ms)");
    expect(shown).toContain("int8 1.00 ms and 90.0 % (3.00 × as fast");
  });
});
