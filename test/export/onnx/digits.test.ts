import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { IntegerModel } from "../../../src/integer/index.js";
import { cnn, digits } from "../../fixtures/index.js";
import golden from "../../golden/onnx_digits.json" with { type: "json" };
import { type ProgramText, programOf, textOf } from "./programText.js";

/** Where test/peers/onnx_files.py shall find the network: one that was trained now. */
const folder = process.env.QATLAB_ONNX;

it("A digits CNN in ONNX Runtime has the engine's sums on all test images", {
  tags: "slow",
}, async () => {
  if (folder) await describeNetwork(folder);
  const model = new IntegerModel({ program: programOf(golden.program as unknown as ProgramText) });
  const { content } = await q.export.onnx(model, null);
  expect(createHash("sha256").update(content).digest("hex")).toBe(golden.sha256);
  const { test } = await digits();
  const [sums] = model.codes(test.xs);
  expect(createHash("sha256").update(new Uint8Array(sums!.buffer)).digest("hex")).toBe(golden.sums);
  const { scale } = model.program.tensors[model.program.outputs[0]!]!;
  const classes = Array.from({ length: test.xs.shape[0]! }, (_, i) => {
    const logits = [...sums!.subarray(10 * i, 10 * i + 10)].map((sum, k) => sum * scale[k]!);
    return logits.indexOf(Math.max(...logits));
  });
  expect(classes.join("")).toBe(golden.classes);
  expect(q.accuracy(model, test)).toBeGreaterThan(0.9);
});

async function describeNetwork(folder: string): Promise<void> {
  const { train, test } = await digits();
  const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
  const float = cnn({ seed: 7 });
  await q.fit(float, train, { epochs: 25 });
  const prepared = await q.prepare(float, scheme, { calibration: train.take(256) });
  const model = q.convert(prepared);
  mkdirSync(folder, { recursive: true });
  await q.export.onnx(model, join(folder, "digits.onnx"), { overwrite: true });
  const { scale } = model.program.tensors[model.program.outputs[0]!]!;
  const description = {
    program: textOf(model.program),
    images: { shape: test.xs.shape, values: [...test.xs.dataSync()] },
    scale: [...scale],
  };
  writeFileSync(join(folder, "digits.json"), JSON.stringify(description));
}
