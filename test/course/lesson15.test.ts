import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import golden from "../golden/lesson_15.json" with { type: "json" };

const { tf } = q;

interface Cell {
  source: string[];
  metadata: { tags?: string[] };
}

const notebook = new URL("../../notebooks/15-does-it-deploy-unchanged.ipynb", import.meta.url);
const { cells } = JSON.parse(readFileSync(notebook, "utf8")) as { cells: Cell[] };
const text = (cell: Cell) => cell.source.join("");

/** A literal of the notebook's, with JSON's commas and without comments. */
function literal(name: string): unknown {
  const [, found] =
    cells
      .map(text)
      .join("\n")
      .match(new RegExp(`const ${name} = ([^;]*);`)) ?? [];
  return JSON.parse(found!.replaceAll(/,(?=\s*[}\]])/g, ""));
}

/** The untrained network of the lesson, in float, in integers and as a file: the cells tagged `recorded` make it. */
interface Recorded {
  untrained: q.tf.LayersModel;
  fixed: q.IntegerModel;
  file: q.export.TfliteFile;
}

async function recordedCells(): Promise<Recorded> {
  const source = cells.filter(({ metadata }) => metadata.tags?.includes("recorded")).map(text);
  const { outputText } = ts.transpileModule(source.join("\n"), {
    compilerOptions: { target: ts.ScriptTarget.ES2023 },
  });
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const run = AsyncFunction(
    "q",
    "tf",
    "train",
    `${outputText}; return { untrained, fixed, file };`,
  );
  return run(q, tf, (await q.datasets.digits()).train);
}

const fingerprint = (codes: ArrayLike<number>) =>
  createHash("sha256").update(Uint8Array.from(codes)).digest("hex").slice(0, 16);

describe("lesson 15", () => {
  it("carries what LiteRT computed, and LiteRT's version", () => {
    expect(literal("recorded")).toEqual(golden.recorded);
    expect(literal("latency")).toEqual(golden.latency);
  });

  it("writes the recorded file, whose codes the engine has in each of LiteRT's kernels", {
    tags: "slow",
  }, async () => {
    const { untrained, fixed, file } = await recordedCells();
    const { test } = await q.datasets.digits();
    const folder = process.env.QATLAB_LITERT;
    if (folder) await writeFiles(folder, untrained, file, test.xs);
    const again = "then run test/peers/lesson_15.py again, as it says";
    expect(fingerprint(file.content), `the file is another one: ${again}`).toBe(
      golden.recorded.file,
    );
    for (const kernel of ["xnnpack", "tflite-reference", "tflite-optimized"] as const) {
      const [edges, nearest] = fixed.as(kernel).codes(test.xs).map(fingerprint);
      expect({ edges, nearest }, kernel).toEqual({
        edges: golden.recorded[kernel].edges,
        nearest: golden.recorded[kernel].nearest,
      });
    }
  });
});

/** Writes the files that the peer program runs. */
async function writeFiles(
  folder: string,
  untrained: q.tf.LayersModel,
  file: q.export.TfliteFile,
  images: q.tf.Tensor,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "untrained_int8.tflite"), file.content);
  writeFileSync(join(folder, "images.bin"), images.dataSync());
  const wide = tf.sequential();
  for (let i = 0; i < 4; i++) {
    const shape = i === 0 ? { inputShape: [16, 16, 64] } : {};
    const options = { filters: 64, kernelSize: 3, padding: "same", activation: "relu" } as const;
    wide.add(tf.layers.conv2d({ ...options, ...shape }));
  }
  const int8 = { weights: q.int(8, { per: "channel" }), activations: q.uint(8) } as const;
  const calibration = { xs: tf.randomUniform([8, 16, 16, 64], 0, 1, "float32", 1) };
  const quantized = await q.quantize(wide, q.scheme(int8), { calibration });
  const options = { overwrite: true };
  const path = (name: string) => join(folder, `${name}.tflite`);
  await q.export.tflite(untrained, path("untrained_float"), options);
  await q.export.tflite(wide, path("wide_float"), options);
  await q.export.tflite(q.convert(quantized, { calibration }), path("wide_int8"), options);
}
