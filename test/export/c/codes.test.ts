import { describe, expect, it } from "vitest";
import type { IntegerProgram, KernelName } from "../../../src/integer/index.js";
import { drawnSlopes, whole } from "../../fixtures/index.js";
import { drawnNetwork } from "../../fixtures/integer/networks.js";
import {
  expectedCodes,
  inputCodes,
  type KernelCase,
  kernels,
  programOf,
  readCases,
} from "../../integer/kernelCases.js";
import { compiler, withoutCompiler } from "./compiler.js";
import { merge, testInC, vectorsOf } from "./programs.js";

const slow = { tags: "slow", timeout: whole ? 3_600_000 : 60_000 };
const clean = { status: 0, output: "" };

/** The cases of LiteRT that have 8-bit codes and a C routine. */
const cases = Object.values(readCases())
  .flat()
  .filter(({ op, tensors }) => {
    return op.type !== "lstm" && !tensors.some(({ type }) => type === "int16" || type === "int64");
  });

/** All cases as one program, with the codes of LiteRT's kernel. */
function together(items: readonly KernelCase[], kernel: KernelName) {
  const program = merge(items.map((item) => programOf(item, kernel)));
  const inputs = items.flatMap((item) => inputCodes(item));
  return { program, vector: { inputs, outputs: items.map((item) => expectedCodes(item, kernel)) } };
}

/** Drawn networks of a kernel, and drawn slopes. */
const networks = (kernel: KernelName, first: number, count: number): IntegerProgram =>
  merge(
    Array.from({ length: count }, (_, i) => [
      { ...drawnNetwork(first + i), kernel },
      { ...drawnSlopes(first + i), kernel },
    ]).flat(),
  );

describe.skipIf(!compiler)(`C${withoutCompiler}`, () => {
  it.each(kernels)("computes LiteRT's codes of %s, none of them off", slow, (kernel) => {
    const { program, vector } = together(cases, kernel);
    const { compiled, test } = testInC(program, [vector]);
    expect(compiled).toEqual(clean);
    expect(test).toEqual({ status: 0, output: "net: 1 of 1 examples passed\n" });
  });

  it.each(kernels)("computes the engine's codes of drawn networks, of %s", slow, (kernel) => {
    for (let first = 0; first < (whole ? 600 : 6); first += 6) {
      const program = networks(kernel, first, 6);
      const { compiled, test } = testInC(program, vectorsOf(program, whole ? 40 : 8, first));
      expect(compiled).toEqual(clean);
      expect(test.output).toMatch(/^net: (\d+) of \1 examples passed\n$/);
      expect(test.status).toBe(0);
    }
  });

  it("says which code is off, and returns 1", slow, () => {
    const items = cases.filter(({ op }) => op.type === "conv2d").slice(0, 2);
    const { program, vector } = together(items, "xnnpack");
    const outputs = vector.outputs.map((codes) => Int32Array.from(codes));
    outputs[1]![3]! += 1;
    const { test } = testInC(program, [vector, { ...vector, outputs }], ["-O0"]);
    expect(test).toEqual({
      status: 1,
      output: `example 1, output 1, code 3: ${vector.outputs[1]![3]} (expected ${outputs[1]![3]})\nnet: 1 of 2 examples passed\n`,
    });
  });
});
