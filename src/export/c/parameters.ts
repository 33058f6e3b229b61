import type { IntegerProgram, IntegerTensor } from "../../integer/index.js";
import { bytesOf } from "./sizes.js";

/** @internal The name of a parameter of the model's function: `input`, or `input_0` where there are several. */
export const parameterName = (word: "input" | "output", index: number, count: number): string =>
  count === 1 ? word : `${word}_${index}`;

/** @internal The parameters of the model's function. */
export function parametersOf({ tensors, inputs, outputs }: IntegerProgram): string {
  const type = (index: number) => (bytesOf(tensors[index]!) === 1 ? "int8_t" : "int32_t");
  return [
    ...inputs.map(
      (tensor, i) => `const ${type(tensor)} *${parameterName("input", i, inputs.length)}`,
    ),
    ...outputs.map((tensor, i) => `${type(tensor)} *${parameterName("output", i, outputs.length)}`),
  ].join(", ");
}

/** @internal The parameters of the model's function for floats. */
export function floatParametersOf({ tensors, inputs, outputs }: IntegerProgram): string {
  const type = (index: number) => (tensors[index]!.type === "int8" ? "float" : "int32_t");
  return [
    ...inputs.map(
      (tensor, i) => `const ${type(tensor)} *${parameterName("input", i, inputs.length)}`,
    ),
    ...outputs.map((_, i) => `float *${parameterName("output", i, outputs.length)}`),
  ].join(", ");
}

/** @internal Whether an input's codes are indices, which have no scale. */
export const isIndices = ({ type }: IntegerTensor, word: string): boolean =>
  type === "int32" && word.startsWith("input");
