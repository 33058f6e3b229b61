import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { displaySymbol } from "../../../src/display/index.js";
import { modelFile } from "../../../src/export/onnx/modelFile.js";
import * as q from "../../../src/index.js";
import { IntegerModel } from "../../../src/integer/index.js";
import { any, digits } from "../../fixtures/index.js";
import { ProgramBuilder } from "./builder.js";
import { exactCases } from "./cases.js";

const { tf } = q;
const { layers } = tf;
let folder: string;
let model: q.tf.LayersModel;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-onnx-"));
  model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
});
afterAll(() => {
  model.dispose();
  rmSync(folder, { recursive: true });
});

/** A model whose program is that of a case. */
function integer(name: string): q.tf.LayersModel {
  const { program } = exactCases().find((each) => each.name === name)!;
  return new IntegerModel({ program });
}

describe("q.export.onnx", () => {
  it("converts a prepared model", { tags: "slow" }, async () => {
    const { train } = await digits();
    const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
    const prepared = await q.prepare(model, scheme, { calibration: train.take(32) });
    const { content, mode, nodes } = await q.export.onnx(prepared, null);
    expect(mode).toBe("int8");
    expect(nodes).toMatchObject({ Conv: 3, Gemm: 1 });
    // An image of one channel lies alike in both orders.
    expect(nodes).not.toHaveProperty("Transpose");
    const converted = await q.export.onnx(q.convert(prepared), null);
    expect(content.length).toBe(converted.content.length);
    await expect(q.export.onnx(prepared, null, { mode: "float" })).rejects.toThrow(/is quantized/);
    prepared.dispose();
  });

  it("writes a file, and says what is in it", async () => {
    const file = join(folder, "digits.onnx");
    const exported = await q.export.onnx(model, file);
    expect(readFileSync(file).equals(exported.content)).toBe(true);
    expect(exported).toMatchObject({ file, mode: "float", bytes: exported.content.length });
    expect(Object.values(exported.inputs)).toEqual([{ type: "float", shape: [null, 8, 8, 1] }]);
    expect(Object.values(exported.outputs)).toEqual([{ type: "float", shape: [null, 10] }]);
    expect(exported.nodes).toMatchObject({ Conv: 3, Gemm: 1 });
    expect(exported[displaySymbol]()["text/plain"]).toContain("mode float");
  });

  it("fixes the batch, and puts channels first, if asked for it", async () => {
    const options = { batch: 4, layout: "channelsFirst" } as const;
    const { inputs, nodes } = await q.export.onnx(model, null, options);
    expect(Object.values(inputs)).toEqual([{ type: "float", shape: [4, 1, 8, 8] }]);
    expect(nodes).not.toHaveProperty("Transpose");
  });

  it("has no transposition inside a network, and one reshaping before its dense layer", async () => {
    const { nodes, mode } = await q.export.onnx(integer("network"), null);
    expect(mode).toBe("int8");
    expect(nodes).toMatchObject({ Transpose: 1, Reshape: 1, Conv: 2, Gemm: 1 });
  });

  it("stores weights of four bits in half of the bytes", async () => {
    const network = integer("network of 4 bits");
    const { bytes } = await q.export.onnx(network, null);
    const { bytes: packed } = await q.export.onnx(network, null, { mode: "int4" });
    const weights = 6 * 9 * 2 + 9 * 6 + 10 * 96;
    expect(bytes - packed).toBeGreaterThanOrEqual(weights / 2);
  });

  it("leaves nothing behind if the file can't be written", async () => {
    const before = readdirSync(folder);
    const missing = join(folder, "missing", "digits.onnx");
    await expect(q.export.onnx(model, missing)).rejects.toThrow(/folder .*missing doesn't exist/);
    writeFileSync(join(folder, "old.onnx"), "old");
    await expect(q.export.onnx(model, join(folder, "old.onnx"))).rejects.toThrow(/exists/);
    expect(readFileSync(join(folder, "old.onnx"), "utf8")).toBe("old");
    await q.export.onnx(model, join(folder, "old.onnx"), { overwrite: true });
    expect(readdirSync(folder).sort()).toEqual([...before, "old.onnx"].sort());
  });

  it.each([
    [{ mode: "int16" }, /invalid mode: int16 \(expected "float", "int8" or "int4"/],
    [{ batch: 0 }, /invalid batch: 0/],
    [{ layout: "NCHW" }, /invalid layout: NCHW/],
    [{ modus: "int8" }, /invalid option of q.export.onnx: modus/],
  ])("refuses the options %o", async (options, message) => {
    await expect(q.export.onnx(model, null, any(options))).rejects.toThrow(message);
  });

  it("refuses a model that doesn't fit the mode", async () => {
    await expect(q.export.onnx(model, null, { mode: "int8" })).rejects.toThrow(
      /expected an integer model for mode "int8"/,
    );
    const network = integer("network");
    await expect(q.export.onnx(network, null, { mode: "float" })).rejects.toThrow(/is quantized/);
    await expect(q.export.onnx(network, null, { mode: "int4" })).rejects.toThrow(/at most 4 bits/);
    await expect(q.export.onnx(any({}), null)).rejects.toThrow(/invalid model/);
  });

  it("refuses a layer without a form in ONNX, by its name, before it writes", async () => {
    const bent = tf.sequential({
      layers: [layers.thresholdedReLU({ name: "bend", inputShape: [4] })],
    });
    const file = join(folder, "bend.onnx");
    await expect(q.export.onnx(bent, file)).rejects.toThrow(
      /layer "bend" can't be written to a file: there is no form of ThresholdedReLU.*savedModel/,
    );
    expect(existsSync(file)).toBe(false);
    bent.dispose();
  });

  it("rounds a float model's dense layers in blocks only where int4 is asked for", async () => {
    const model = q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10 });
    const plain = await q.export.onnx(model, null);
    const blocked = await q.export.onnx(model, null, { mode: "int4", blockSize: 16 });
    expect(blocked.nodes).toMatchObject({ DequantizeLinear: 2, Gemm: 2 });
    expect(blocked.bytes).toBeLessThan(0.45 * plain.bytes);
    await expect(q.export.onnx(model, null, { blockSize: 16 })).rejects.toThrow(
      'invalid blockSize: 16 (expected mode: "int4" with it',
    );
    await expect(q.export.onnx(model, null, { mode: "int4" })).rejects.toThrow(
      /expected an integer model for mode "int4", or a float model and a blockSize/,
    );
    await expect(q.export.onnx(model, null, { mode: "int4", blockSize: 1 })).rejects.toThrow(
      "invalid blockSize: 1",
    );
    model.dispose();
  });

  it("refuses an integer LSTM and 16-bit activations by the layer's name", () => {
    const form = { batch: 1, int4: false, layout: "channelsLast" } as const;
    const b = new ProgramBuilder(1);
    const x = b.input([1, 3, 2]);
    b.op({ type: "lstm", cellExponent: -11 }, [x], b.activation([1, 3, 4]));
    expect(() => modelFile(b.program("lstm", [1]), form)).toThrow(
      /layer "layer0".*q.export.tflite/,
    );
    const wide = new ProgramBuilder(1);
    const y = wide.add({ ...b.tensors[0]!, type: "int16" });
    wide.op({ type: "quantize" }, [y], wide.activation([1, 3, 2]));
    expect(() => modelFile(wide.program("wide", [1]), form)).toThrow(/layer "layer0".*int16/);
  });
});
