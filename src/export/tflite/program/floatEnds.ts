import { isFloat } from "../../onnx/program.js";
import { clampWithin, endsOf, writeClamp } from "./clamp.js";
import type { Translation } from "./translation.js";

/** The float tensor that stands before an input of the program; indices into a table stay as they are. */
export function floatInput(input: number, translation: Translation): number {
  const tensor = translation.tensor(input);
  if (isFloat(tensor) || tensor.type === "int32") return translation.index(input);
  const { draft } = translation;
  const shape = translation.shapeOf(input);
  const float = draft.tensor({ name: tensor.name, shape, type: "FLOAT32" });
  const codes = translation.index(input);
  const clamp = clampWithin(tensor, endsOf(tensor));
  const quantized = clamp
    ? draft.tensor({ ...translation.describe(input), name: `${tensor.name}/unclamped` })
    : codes;
  translation.write(quantized, { code: "QUANTIZE", inputs: [float], version: 1 });
  if (clamp) writeClamp(clamp, { from: quantized, to: codes }, translation);
  return float;
}

/** The float tensor that stands after an output of the program. */
export function floatOutput(output: number, translation: Translation): number {
  const { name, type } = translation.tensor(output);
  if (type === "float32") return translation.index(output);
  const shape = translation.shapeOf(output);
  const codes = translation.index(output);
  const float = translation.draft.tensor({ name: `${name}/float`, shape, type: "FLOAT32" });
  const version = type === "int16" ? 3 : 2;
  translation.write(float, { code: "DEQUANTIZE", inputs: [codes], version });
  return float;
}
