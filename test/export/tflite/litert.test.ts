import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { generator } from "../../fixtures/index.js";
import { bytesOf, cases, sha256 } from "./cases.js";
import { type FloatCase, floatCases } from "./floatCases.js";

interface Golden {
  cases: Record<string, GoldenCase>;
}

interface GoldenCase {
  file: string;
  /** Five numbers of float outputs, the largest number, and the distance between kernels. */
  sample: number[];
  largest: number;
  apart: number;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../golden/tflite_files.json", import.meta.url), "utf8"),
);
/** Where files are written for test/peers/tflite_files.py to run. */
const folder = process.env.QATLAB_TFLITE;

/** The bytes of a float model's file. */
async function floatBytes({ make }: FloatCase, mode: "float" | "dynamic"): Promise<Uint8Array> {
  const model = make();
  const { content } = await q.export.tflite(model, null, { mode });
  model.dispose();
  return content;
}

/** The model's outputs for the inputs that the peer program draws, all in a row. */
function outputsOf(model: q.tf.LayersModel): number[] {
  return [1, 2, 3].flatMap((seed) =>
    q.tf.tidy(() => {
      const random = generator(seed);
      const inputs = model.inputs.map(({ shape }) => {
        const sizes = [1, ...(shape.slice(1) as number[])];
        const isIndices = model.layers.some((layer) => layer.getClassName() === "Embedding");
        const values = Array.from({ length: sizes.reduce((a, b) => a * b) }, random);
        return q.tf.tensor(
          values.map((value) => (isIndices ? Math.floor(value * 10) : value * 2 - 1)),
          sizes,
        );
      });
      return [model.predict(inputs)].flat().flatMap((output) => [...output.dataSync()]);
    }),
  );
}

const sample = (values: number[]) =>
  [0, 1, 2, 3, 4].map((i) => values[Math.floor((i * (values.length - 1)) / 4)]!);

describe("files that LiteRT has run", () => {
  it("are written for the peer program", async ({ skip }) => {
    if (!folder) skip("QATLAB_TFLITE names no folder for them");
    mkdirSync(folder!, { recursive: true });
    const write = (name: string, bytes: Uint8Array) =>
      writeFileSync(join(folder!, `${name}.tflite`), bytes);
    for (const file of cases) write(file.name, bytesOf(file));
    for (const file of floatCases) {
      write(`float-${file.name}`, await floatBytes(file, "float"));
      if (file.dynamic) write(`dynamic-${file.name}`, await floatBytes(file, "dynamic"));
    }
  });

  it("are written byte for byte again", { tags: "slow" }, () => {
    for (const file of cases) {
      expect([file.name, sha256(bytesOf(file))]).toEqual([
        file.name,
        golden.cases[file.name]?.file,
      ]);
    }
  });

  it.each(floatCases)("in float give the outputs of the model: $name", async (file) => {
    const { file: hash, ...published } = golden.cases[`float-${file.name}`]!;
    expect(sha256(await floatBytes(file, "float"))).toBe(hash);
    const model = file.make();
    const outputs = outputsOf(model);
    model.dispose();
    const error = sample(outputs).map((value, i) => Math.abs(value - published.sample[i]!));
    expect(Math.max(...error, published.apart)).toBeLessThan(1e-5 * Math.max(1, published.largest));
    expect(Math.max(...outputs.map(Math.abs))).toBeCloseTo(published.largest, 3);
  });

  it.each(floatCases.filter(({ dynamic }) => dynamic))(
    "with int8 weights give almost the outputs of the model: $name",
    async (file) => {
      const { file: hash, ...published } = golden.cases[`dynamic-${file.name}`]!;
      expect(sha256(await floatBytes(file, "dynamic"))).toBe(hash);
      const model = file.make();
      const error = sample(outputsOf(model)).map((value, i) =>
        Math.abs(value - published.sample[i]!),
      );
      model.dispose();
      expect(Math.max(...error)).toBeLessThan(0.03 * published.largest);
      expect(Math.max(...error)).toBeGreaterThan(0);
    },
  );
});
