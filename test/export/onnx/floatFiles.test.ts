import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import golden from "../../golden/onnx_floats.json" with { type: "json" };
import { drawn, floatCases } from "./floatModels.js";

const recorded = new Map(golden.cases.map((each) => [each.name, each]));

/** Where test/peers/onnx_files.py shall find the files. */
const folder = process.env.QATLAB_ONNX;

describe("The ONNX file of a float model", () => {
  it.each(floatCases)("has tfjs's outputs in ONNX Runtime: $name", async (each) => {
    const { model, inputs } = drawn(each);
    const { content } = await q.export.onnx(model, null, each.options);
    if (each.options?.blockSize) roundDense(model, each.options.blockSize);
    if (folder) describeCase(folder, each.name, content, inputs);
    const outputs = [model.predict(inputs)].flat().map((tensor) => [...tensor.dataSync()]);
    q.tf.dispose(inputs);
    model.dispose();
    const { sha256, outputs: expected } = recorded.get(each.name)!;
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    outputs.forEach((values, i) => {
      const largest = Math.max(...values.map(Math.abs));
      const differences = values.map((value, k) => Math.abs(value - expected[i]![k]!) / largest);
      expect(Math.max(...differences)).toBeLessThan(2e-6);
    });
  });
});

/** Rounds the kernels of dense layers to 4 bits in blocks of inputs, as the file has them. */
function roundDense(model: q.tf.LayersModel, groupSize: number): void {
  for (const { name, weights } of model.layers) {
    const [kernel] = weights;
    if (kernel?.shape.length !== 2) continue;
    q.tf.tidy(() => {
      const padded = Math.ceil(kernel.shape[0]! / groupSize) * groupSize;
      const rows = [0, padded - kernel.shape[0]!] as [number, number];
      // The file has the flattened image with its channels first.
      const isAfterImage = name === "layer2";
      const turn = (x: q.tf.Tensor, shape: number[], order: number[]) =>
        isAfterImage ? x.reshape(shape).transpose(order).reshape(x.shape) : x;
      const turned = turn(kernel.read(), [12, 4, 32], [1, 0, 2]).pad([rows, [0, 0]]);
      const format = q.int(4, { per: "group", groupSize });
      const rounded = q.quantizeTensor(turned as q.tf.Tensor2D, format).dequantize();
      const cut = rounded.slice([0, 0], kernel.shape as [number, number]);
      kernel.write(turn(cut, [4, 12, 32], [1, 0, 2]) as q.tf.Tensor2D);
    });
  }
}

function describeCase(folder: string, name: string, content: Uint8Array, inputs: q.tf.Tensor[]) {
  mkdirSync(join(folder, "float"), { recursive: true });
  const file = join(folder, "float", name.replaceAll(" ", "_"));
  writeFileSync(`${file}.onnx`, content);
  const described = inputs.map((tensor) => ({
    shape: tensor.shape,
    values: [...tensor.dataSync()],
  }));
  writeFileSync(`${file}.json`, JSON.stringify({ name, inputs: described }));
}
