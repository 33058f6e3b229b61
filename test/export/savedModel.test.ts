import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { displaySymbol } from "../../src/display/index.js";
import * as q from "../../src/index.js";
import { nodeBackend } from "../../src/tensorflow/loading/nodeBackend.js";
import { Does } from "./does.js";

const { tf } = q;
const { layers } = tf;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-export-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const small = () =>
  tf.sequential({ layers: [layers.dense({ name: "logits", inputShape: [4], units: 2 })] });

function doing(run: (x: q.tf.Tensor) => q.tf.Tensor): q.tf.LayersModel {
  const input = tf.input({ name: "x", shape: [4] });
  return tf.model({ inputs: input, outputs: new Does(run).apply(input) as q.tf.SymbolicTensor });
}

describe("savedModel", () => {
  it("returns what it wrote, and shows it as a table", { tags: "slow" }, () => {
    const path = join(folder, "above", "model");
    const exported = q.export.savedModel(small(), path);
    expect(exported.folder).toBe(path);
    expect(readdirSync(path).sort()).toEqual(["saved_model.pb", "variables"]);
    expect(readdirSync(join(path, "variables")).sort()).toEqual([
      "variables.data-00000-of-00001",
      "variables.index",
    ]);
    // 10 float32 values.
    expect(exported.bytes).toBeGreaterThan(40);
    expect(exported.variables).toEqual([
      { name: "logits/kernel", dtype: "float32", shape: [4, 2] },
      { name: "logits/bias", dtype: "float32", shape: [2] },
    ]);
    const text = exported[displaySymbol]()["text/plain"];
    expect(text).toMatch(/^SavedModel .*model: [\d.]+ KiB/);
    expect(text).toMatch(/output +logits +float32 +any × 2/);
  });

  it("writes fake quantization with TensorFlow's ops, which others have", () => {
    const format = q.int(4, { per: "channel" });
    const model = doing((x) =>
      q.fakeQuantize(x, format, { min: [-1, -2, -1, -1], max: [1, 1, 2, 1] }),
    );
    q.export.savedModel(model, join(folder, "model"));
    const graph = readFileSync(join(folder, "model", "saved_model.pb"), "latin1");
    expect(graph).toContain("FakeQuantWithMinMaxVarsPerChannel");
    expect(graph).not.toContain("Qatlab");
  });

  it("writes the same graph for the same model", { tags: "slow" }, () => {
    const model = small();
    const [a, b] = ["a", "b"].map((name) => {
      const { folder: path } = q.export.savedModel(model, join(folder, name));
      return readFileSync(join(path, "saved_model.pb"));
    });
    expect(a!.equals(b!)).toBe(true);
  });

  it("fixes the batch size when asked to, or when the model does", () => {
    const fixed = q.export.savedModel(small(), join(folder, "asked"), { batchSize: 3 });
    expect(fixed.signature.inputs.logits_input!.shape).toEqual([3, 4]);
    const model = tf.sequential({
      layers: [layers.dense({ name: "logits", batchInputShape: [5, 4], units: 2 })],
    });
    const own = q.export.savedModel(model, join(folder, "own"));
    expect(own.signature.outputs.logits!.shape).toEqual([5, 2]);
    expect(() => q.export.savedModel(model, join(folder, "other"), { batchSize: 4 })).toThrow(
      "invalid batchSize: 4 (input",
    );
    for (const batchSize of [0, 1.5, -1]) {
      expect(() => q.export.savedModel(small(), folder, { batchSize })).toThrow(
        `invalid batchSize: ${batchSize} (expected a whole number of at least 1)`,
      );
    }
  });

  it("needs sizes for what a model leaves open beside the batch", { tags: "slow" }, () => {
    const model = tf.sequential({
      layers: [layers.lstm({ name: "lstm", inputShape: [null, 4], units: 2 } as never)],
    });
    expect(() => q.export.savedModel(model, folder)).toThrow("{ inputShapes: [[16, 4]] }");
    const { signature } = q.export.savedModel(model, folder, { inputShapes: [[7, 4]] });
    expect(signature.inputs.lstm_input!.shape).toEqual([null, 7, 4]);
    for (const inputShapes of [[[7, 5]], [[7]], [[7.5, 4]]]) {
      expect(() => q.export.savedModel(model, folder, { inputShapes })).toThrow(
        /invalid inputShapes: .* \(expected sizes for \[any,4\]\)/,
      );
    }
    expect(() => q.export.savedModel(model, folder, { inputShapes: [] })).toThrow("has 1 inputs");
  });
});

describe("a forward pass that has no free batch size", () => {
  const cases: Record<string, (x: q.tf.Tensor) => q.tf.Tensor> = {
    "takes a constant made for one batch size": (x) =>
      x.mul(tf.range(0, x.shape[0]!).reshape([-1, 1])),
    "runs 2 ops for a batch of 2": (x) =>
      tf.addN(Array.from({ length: x.shape[0]! }, (_, i) => x.slice([i, 0], [1, 4]))),
    "has the batch size among its settings": (x) => tf.stack(tf.unstack(x, 0).slice(0, 1)),
    "an output is a constant": (x) => tf.ones(x.shape),
  };
  it.each(Object.entries(cases))("is refused when it %s, with the way out", (what, run) => {
    const model = doing(run);
    expect(() => q.export.savedModel(model, folder)).toThrow(
      "(fix the size, as in { batchSize: 1 })",
    );
    if (!what.startsWith("runs")) expect(() => q.export.savedModel(model, folder)).toThrow(what);
    q.export.savedModel(model, folder, { batchSize: 1 });
    expect(existsSync(join(folder, "saved_model.pb"))).toBe(true);
  });
});

describe("a model that isn't a function of its inputs and weights", () => {
  it("is refused when it reads values, draws random numbers, or assigns", () => {
    const path = join(folder, "model");
    const counter = tf.variable(tf.scalar(1), true, "counter");
    const refusals: [RegExp, (x: q.tf.Tensor) => q.tf.Tensor][] = [
      [/dataSync\(\) read/, (x) => (x.sum().dataSync()[0]! > 1 ? x : x.mul(2))],
      [/random/, (x) => x.add(tf.randomNormal([4]))],
      [
        /assigns variable "counter"/,
        (x) => {
          counter.assign(counter.add(1));
          return x.mul(counter);
        },
      ],
    ];
    for (const [message, run] of refusals) {
      expect(() => q.export.savedModel(doing(run), path)).toThrow(message);
    }
    expect(existsSync(path)).toBe(false);
  });

  it("is refused when it is stateful, not built, disposed, or no model", () => {
    const stateful = layers.lstm({
      name: "lstm",
      batchInputShape: [1, 3, 4],
      units: 2,
      stateful: true,
    });
    const model = tf.sequential({ layers: [stateful] });
    expect(() => q.export.savedModel(model, folder)).toThrow('layer "lstm" is stateful');
    expect(() => q.export.savedModel(tf.sequential(), folder)).toThrow("isn't built");
    const disposed = small();
    disposed.dispose();
    expect(() => q.export.savedModel(disposed, folder)).toThrow("is disposed");
    expect(() => q.export.savedModel({} as never, folder)).toThrow("invalid model: Object");
  });
});

describe("the folder", () => {
  it("isn't replaced unless it is asked for, and has a SavedModel", { tags: "slow" }, () => {
    const model = small();
    writeFileSync(join(folder, "thesis.txt"), "");
    expect(() => q.export.savedModel(model, folder)).toThrow("{ overwrite: true }");
    expect(() => q.export.savedModel(model, folder, { overwrite: true })).toThrow(
      "holds files that aren't a SavedModel",
    );
    const path = join(folder, "model");
    q.export.savedModel(model, path);
    writeFileSync(join(path, "old"), "");
    expect(() => q.export.savedModel(model, path)).toThrow("isn't empty");
    q.export.savedModel(model, path, { overwrite: true });
    expect(readdirSync(path)).not.toContain("old");
    expect(readdirSync(folder).sort()).toEqual(["model", "thesis.txt"]);
  });

  it("may exist when it is empty; a file or a URL is refused", () => {
    const path = join(folder, "model");
    mkdirSync(path);
    q.export.savedModel(small(), path);
    writeFileSync(join(folder, "file"), "");
    expect(() => q.export.savedModel(small(), join(folder, "file"))).toThrow("is a file");
    expect(() => q.export.savedModel(small(), join(folder, "file", "model"))).toThrow(
      /couldn't write .*(ENOTDIR|EEXIST)/,
    );
    for (const wrong of ["file:///tmp/model", "", undefined]) {
      expect(() => q.export.savedModel(small(), wrong as string)).toThrow("invalid folder");
    }
  });

  it("keeps what it had, and nothing half-written, when writing fails", { tags: "slow" }, () => {
    const path = join(folder, "model");
    q.export.savedModel(small(), path);
    const backend = nodeBackend();
    const { binding } = backend;
    const runSavedModel = () => {
      throw new Error("No space left on device");
    };
    backend.binding = Object.create(binding, { runSavedModel: { value: runSavedModel } });
    expect(() => q.export.savedModel(small(), path, { overwrite: true })).toThrow(
      /couldn't write .*: No space left on device \(nothing was changed/,
    );
    backend.binding = binding;
    expect(readdirSync(folder)).toEqual(["model"]);
    expect(readdirSync(path)).toContain("saved_model.pb");
  });
});
