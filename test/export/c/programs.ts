import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { headerOf } from "../../../src/export/c/header.js";
import { mainOf, type TestVector } from "../../../src/export/c/main.js";
import { sourceOf } from "../../../src/export/c/source.js";
import { createEngine, type IntegerOp, type IntegerProgram } from "../../../src/integer/index.js";
import { generator } from "../../fixtures/index.js";
import { compile, type Outcome, runCompiled } from "./compiler.js";

/** Several programs of one kernel, side by side in one. */
export function merge(programs: readonly IntegerProgram[]): IntegerProgram {
  const merged = { tensors: [], ops: [], inputs: [], outputs: [] } as {
    tensors: IntegerProgram["tensors"][number][];
    ops: IntegerOp[];
    inputs: number[];
    outputs: number[];
  };
  for (const [k, { tensors, ops, inputs, outputs }] of programs.entries()) {
    const start = merged.tensors.length;
    const moved = (index: number) => (index < 0 ? index : index + start);
    merged.tensors.push(...tensors);
    merged.inputs.push(...inputs.map(moved));
    merged.outputs.push(...outputs.map(moved));
    for (const op of ops) {
      const layer = `${k}: ${op.layer}`;
      const places = { inputs: op.inputs.map(moved), output: moved(op.output) };
      merged.ops.push({ ...op, ...places, layer } as IntegerOp);
    }
  }
  return { name: "merged", kernel: programs[0]!.kernel, ...merged };
}

/** The codes of an example: drawn, or for all inputs the zero point, the smallest or the largest code. */
export function drawn(
  { inputs, tensors }: IntegerProgram,
  kind: "drawn" | "zero" | "smallest" | "largest",
  random: () => number,
): Int16Array[] {
  return inputs.map((index) => {
    const { shape, zeroPoint, smallest, largest } = tensors[index]!;
    return Int16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
      if (kind === "zero") return zeroPoint[0]!;
      if (kind === "smallest") return smallest;
      return kind === "largest"
        ? largest
        : smallest + Math.floor(random() * (largest - smallest + 1));
    });
  });
}

/** Examples of a program with the engine's codes: three of the ends of the codes, and drawn ones. */
export function vectorsOf(program: IntegerProgram, count: number, seed = 1): TestVector[] {
  const engine = createEngine(program);
  const random = generator(seed);
  const kinds = ["zero", "smallest", "largest"] as const;
  return Array.from({ length: count }, (_, i) => {
    const inputs = drawn(program, kinds[i] ?? "drawn", random);
    return { inputs, outputs: engine.run(inputs) };
  });
}

/** The words of the compiler, and then of the compiled test of a program. */
export interface Verdict {
  readonly compiled: Outcome;
  readonly test: Outcome;
}

/** Writes a program in C, compiles it and runs its test on vectors. */
export function testInC(
  program: IntegerProgram,
  vectors: readonly TestVector[],
  flags?: readonly string[],
): Verdict {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-c-"));
  try {
    const source = sourceOf(program, "net");
    writeFileSync(join(folder, "net.c"), source.text);
    writeFileSync(join(folder, "net.h"), headerOf(program, "net", source));
    writeFileSync(join(folder, "main.c"), mainOf(program, "net", vectors));
    const compiled = compile(folder, ["net.c", "main.c"], flags);
    const test = compiled.status === 0 ? runCompiled(folder) : { status: null, output: "" };
    return { compiled, test };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
