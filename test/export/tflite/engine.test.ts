import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine, type IntegerProgram, type KernelName } from "../../../src/integer/index.js";
import { generator } from "../../fixtures/index.js";
import { cases } from "./cases.js";

interface Golden {
  cases: Record<string, { outputs: Record<KernelName, string> }>;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../golden/tflite_files.json", import.meta.url), "utf8"),
);

/** Codes over all of a type, as the peer program draws them. */
function draw(program: IntegerProgram, seed: number): Int16Array[] {
  const random = generator(seed);
  return program.inputs.map((input) => {
    const { shape, type } = program.tensors[input]!;
    const length = shape.reduce((a, b) => a * b, 1);
    if (type === "int32") return Int16Array.from({ length }, () => Math.floor(random() * 10));
    const span = type === "int16" ? 2 ** 16 : 2 ** 8;
    return Int16Array.from({ length }, () => Math.floor(random() * span) - span / 2);
  });
}

function digest(program: IntegerProgram): string {
  const engine = createEngine(program);
  const hash = createHash("sha256");
  for (const seed of [1, 2, 3]) {
    for (const codes of engine.run(draw(program, seed))) hash.update(Int32Array.from(codes));
  }
  return hash.digest("hex").slice(0, 16);
}

const kernels: KernelName[] = ["tflite-reference", "tflite-optimized", "xnnpack"];
describe("the engine computes the codes of LiteRT at every layer", () => {
  it.each(kernels)("with the kernel %s", { tags: "slow" }, (kernel) => {
    const wrong: string[] = [];
    for (const { name, mode, program } of cases) {
      // XNNPACK leaves most operators with 4-bit weights to the optimized kernel.
      if (kernel === "xnnpack" && mode === "int4") continue;
      if (digest({ ...program(), kernel }) !== golden.cases[name]!.outputs[kernel])
        wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });
});
