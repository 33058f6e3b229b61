import { describe, expect, it } from "vitest";
import { roomOf, sources } from "./sources.js";

const files = [...sources()].filter(([path]) => roomOf(path) !== "layers");

/** The names of the types in the table of `src/layers/`: the keys of its rule tables. */
const types = [...sources()]
  .filter(([path]) => path.startsWith("src/layers/types/"))
  .flatMap(([, text]) => [...text.matchAll(/^ {2}([A-Z]\w+):/gm)].map(([, name]) => name!));

/** tfjs's activations have class names as well. */
const activations = ["src/tensorflow/compile/native/recurrent.ts"];
/** Where tfjs's own class is mended, and where ops of TensorFlow and ONNX have the same names. */
const others = [
  "src/compression/depthwise.ts",
  "src/analysis/sensitivity/secondDerivatives.ts",
  "src/export/savedModel/",
  "src/export/onnx/ops/",
  "src/export/onnx/values.ts",
  "src/export/tflite/program/functions.ts",
];

function without(exceptions: string[], pattern: RegExp, rooms?: string[]): string[] {
  return files
    .filter(
      ([path]) =>
        !exceptions.some((start) => path.startsWith(start)) &&
        (rooms?.includes(roomOf(path)!) ?? true),
    )
    .flatMap(([path, text]) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      return [...code.matchAll(pattern)].map(([found]) => `${path}: ${found}`);
    });
}

describe("the rule for a type of layers", () => {
  it("stands in the table of src/layers/, which has all types", () => {
    expect(types.length).toBeGreaterThan(50);
    for (const name of ["Dense", "DepthwiseConv2D", "LSTM", "Flatten"]) {
      expect(types).toContain(name);
    }
  });

  it("isn't replaced by a comparison of class names anywhere else", () => {
    const compared =
      /getClassName\(\)\s*(?:[!=]==|\.)|[!=]==\s*\S*getClassName\(\)|\((?:\w+\.)*getClassName\(\)\)|\[[^\]\n]*getClassName\(\)\]/g;
    expect(without(activations, compared)).toEqual([]);
  });

  it("isn't replaced by a list of class names anywhere else", () => {
    // A class says its own name.
    const literal = new RegExp(`(?<!className = )"(?:${types.join("|")})"`, "g");
    const rooms = [
      "graph",
      "quantized",
      "ptq",
      "qat",
      "analysis",
      "compression",
      "train",
      "export",
    ];
    expect(without(others, literal, rooms)).toEqual([]);
  });
});
