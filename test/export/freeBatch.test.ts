import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fitConstant } from "../../src/export/savedModel/fit.js";
import * as q from "../../src/index.js";
import { nodeBackend } from "../../src/tensorflow/loading/nodeBackend.js";
import { Does } from "./does.js";

const { tf } = q;
const site = { stack: "" };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-export-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The results of a function of a `[batch, 4]` tensor after its export, for each batch size. */
async function exported(run: (x: q.tf.Tensor) => q.tf.Tensor, name: string, sizes: number[]) {
  const input = tf.input({ name: "x", shape: [4] });
  const output = new Does(run).apply(input) as q.tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  q.export.savedModel(model, join(folder, name));
  const { node } = tf as unknown as { node: { loadSavedModel(folder: string): Promise<any> } };
  const loaded = await node.loadSavedModel(join(folder, name));
  const pairs = sizes.map((size) => {
    const x = tf.range(0, size * 4).reshape([size, 4]);
    return { actual: loaded.predict(x) as q.tf.Tensor, expected: run(x) };
  });
  loaded.dispose();
  return pairs;
}

describe("a size that follows from the batch size is computed from the input", () => {
  const functions: Record<string, (x: q.tf.Tensor) => q.tf.Tensor> = {
    "a slice that leaves the first out": (x) => x.slice([1, 0], [x.shape[0]! - 1, 4]),
    "a slice that begins at the last": (x) => x.slice([x.shape[0]! - 1, 1], [1, 2]),
    "rows of two": (x) => x.reshape([2 * x.shape[0]!, 2]),
    "rows of the batch's size": (x) => x.reshape([4, x.shape[0]!]),
    "rows and columns of the batch's size": (x) =>
      x.concat(x.mul(0.5), 1).tile([1, x.shape[0]!]).reshape([x.shape[0]!, 8, x.shape[0]!]),
    "zeros of twice the batch's size and two more": (x) =>
      x.concat(tf.zeros([2 * x.shape[0]! + 2, 4])),
    "a row repeated": (x) => x.add(tf.tensor2d(Array(x.shape[0]).fill([1, 2, 3, 4]))),
    "the size itself": (x) => x.mul(tf.scalar(x.shape[0]!, "int32")),
    "ones in the middle": (x) =>
      x
        .reshape([1, -1, 2, 2])
        .mul(tf.fill([1, x.shape[0]!, 2, 2], 3))
        .reshape(x.shape),
  };
  it.each(Object.entries(functions))("%s", { tags: "slow" }, async (name, run) => {
    for (const { actual, expected } of await exported(run, name, [1, 2, 7])) {
      expect(actual.shape).toEqual(expected.shape);
      expect(actual.dataSync()).toEqual(expected.dataSync());
    }
  });
});

it("a large tensor beside the weights becomes a part of the graph", async () => {
  const table = tf.range(0, 4 * 2000).reshape([4, 2000]);
  for (const { actual, expected } of await exported((x) => x.matMul(table), "table", [1, 7])) {
    expect(actual.sub(expected).abs().max().dataSync()[0]).toBe(0);
    expect(expected.max().dataSync()[0]).toBeGreaterThan(1000);
  }
});

describe("fitConstant", () => {
  const int32 = (values: number[], shape = [values.length]) => {
    const { TF_INT32 } = nodeBackend().binding;
    return { values: Int32Array.from(values), shape, dtype: TF_INT32, site };
  };

  it("finds lines through whole numbers, and no other", () => {
    const rule = (lists: number[][]) =>
      fitConstant(
        lists.map((list) => int32(list)),
        [2, 3, 5],
      );
    expect(
      rule([
        [2, 7],
        [3, 7],
        [5, 7],
      ]),
    ).toEqual({
      kind: "values",
      lines: [
        { slope: 1, offset: 0 },
        { slope: 0, offset: 7 },
      ],
    });
    expect(rule([[5], [8], [14]])).toEqual({ kind: "values", lines: [{ slope: 3, offset: -1 }] });
    expect(rule([[4], [4], [4]])).toEqual({ kind: "same" });
    // The square, and the number of the size.
    expect(rule([[4], [9], [25]])).toBeUndefined();
    expect(rule([[1], [2], [3]])).toBeUndefined();
  });

  it("takes what repeats along the batch, not what counts along it", () => {
    const sizes = [2, 3, 5];
    const constants = (value: (row: number, column: number) => number) =>
      sizes.map((size) => {
        const values = Array.from({ length: size * 2 }, (_, i) => value(i >> 1, i % 2));
        return int32(values, [size, 2]);
      });
    expect(
      fitConstant(
        constants((_, column) => column),
        sizes,
      ),
    ).toMatchObject({
      kind: "repeated",
      base: { shape: [1, 2], values: Int32Array.of(0, 1) },
    });
    expect(
      fitConstant(
        constants((row) => row),
        sizes,
      ),
    ).toBeUndefined();
  });
});
