import type { LayerNormOp } from "../../../integer/index.js";
import type { OperatorName } from "../schema/enums.js";
import { type OperatorOptions, withOptions } from "../schema/options.js";
import type { Translation } from "./translation.js";

/** Layer normalization of floats over the last axis: γ · (x − μ) · 1/√(σ² + ε) + β, step by step. */
export function layerNorm(op: LayerNormOp, output: number, translation: Translation): void {
  const { draft } = translation;
  const [x, gamma, beta] = translation.all(op.inputs) as [number, number, number];
  const shape = translation.shapeOf(op.output);
  const narrow = [...shape.slice(0, -1), 1];
  const step = (
    name: string,
    sizes: number[],
    { code, inputs, options }: { code: OperatorName; inputs: number[]; options?: OperatorOptions },
  ) => {
    const result = draft.tensor({ name: `${op.layer}/${name}`, shape: sizes, type: "FLOAT32" });
    translation.write(result, { code, inputs, options });
    return result;
  };
  const mean = (name: string, input: number) =>
    step(name, narrow, {
      code: "MEAN",
      inputs: [input, draft.integers(`${op.layer}/axis`, [shape.length - 1])],
      options: withOptions("ReducerOptions", { keepDims: true }),
    });
  const multiply = { code: "MUL" as const, options: withOptions("MulOptions", {}) };
  const add = { code: "ADD" as const, options: withOptions("AddOptions", {}) };
  const mu = mean("mean", x);
  const squares = step("squares", shape, { code: "SQUARED_DIFFERENCE", inputs: [x, mu] });
  const data = Float32Array.of(op.epsilon);
  const epsilon = draft.tensor({ name: `${op.layer}/epsilon`, shape: [1], type: "FLOAT32", data });
  const inputs = [mean("variance", squares), epsilon];
  const shifted = step("shifted", narrow, { ...add, inputs });
  const inverse = step("inverse", narrow, { code: "RSQRT", inputs: [shifted] });
  const centered = step("centered", shape, {
    ...{ code: "SUB", inputs: [x, mu], options: withOptions("SubOptions", {}) },
  });
  const scaled = step("scaled", shape, { ...multiply, inputs: [centered, inverse] });
  const product = step("product", shape, { ...multiply, inputs: [scaled, gamma] });
  translation.write(output, { ...add, inputs: [product, beta] });
}
