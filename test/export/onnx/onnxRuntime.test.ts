import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/integer/index.js";
import golden from "../../golden/onnx_files.json" with { type: "json" };
import { type Case, exactCases, otherCases } from "./cases.js";
import { fileOf, writeCases } from "./files.js";

const exact = exactCases();
const others = otherCases();
const cases = [...exact, ...others];
/**
 * How many codes are one off: ONNX Runtime averages in float where TensorFlow Lite divides integers, XNNPACK's
 * leaky ReLU has a slope of 8 bits, and TensorFlow Lite's PRELU rounds twice.
 */
const oneOff: Record<string, number> = { averagePool2d: 3, leakyRelu: 16, prelu: 5 };
const recorded = new Map(golden.cases.map((each) => [each.name, each]));

/** Where test/peers/onnx_files.py shall find the files. */
const folder = process.env.QATLAB_ONNX;
if (folder) writeCases(folder, cases);

/** The codes that ONNX Runtime computed. */
function recordedCodes({ name, program }: Case): number[] {
  const bytes = Uint8Array.from(Buffer.from(recorded.get(name)!.codes, "base64"));
  const { type } = program.tensors[program.outputs[0]!]!;
  return Array.from(type === "int32" ? new Int32Array(bytes.buffer) : new Int8Array(bytes.buffer));
}

/** The differences of the engine's codes from those of ONNX Runtime. */
function differences(each: Case): number[] {
  const [codes] = createEngine(each.program).run(each.inputs);
  const expected = recordedCodes(each);
  expect(codes!.length).toBe(expected.length);
  return expected.map((code, i) => codes![i]! - code);
}

describe("The ONNX file of an integer program", () => {
  it.each(cases)("is the one that ONNX Runtime ran: $name", (each) => {
    const hash = createHash("sha256").update(fileOf(each)).digest("hex");
    expect(hash).toBe(recorded.get(each.name)?.sha256);
  });

  it.each(exact)("has the engine's codes in ONNX Runtime: $name", (each) => {
    expect(differences(each).filter((difference) => difference !== 0)).toEqual([]);
  });

  it.each(others)("has the engine's codes in ONNX Runtime, or is one off: $name", (each) => {
    const all = differences(each).filter((difference) => difference !== 0);
    expect(all.map(Math.abs)).toEqual(Array(oneOff[each.name] ?? 0).fill(1));
  });
});
