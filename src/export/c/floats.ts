import type { IntegerProgram, IntegerTensor, KernelName } from "../../integer/index.js";
import { floatText } from "./header.js";
import { floatParametersOf, isIndices, parameterName } from "./parameters.js";
import { bytesOf } from "./sizes.js";

/**
 * The function that quantizes a value as a kernel does: XNNPACK multiplies by the scale's inverse and rounds halves to
 * even, TensorFlow Lite's own kernels divide and round halves away from zero.
 */
function quantizeText(kernel: KernelName): string {
  const [halves, operator, factor, isUp] =
    kernel === "xnnpack"
      ? ["to even", "*", "inverse_scale", "(whole & 1) != 0"]
      : ["away from zero", "/", "scale", "1"];
  return `/* The code of a value, halves ${halves}; what isn't a number has the smallest code. */
static int8_t quantize(float value, float ${factor}, int32_t zero_point, int32_t smallest, int32_t largest) {
  /* It is volatile, so that no compiler joins the operation with the next one. */
  const volatile float rounded = value ${operator} ${factor};
  const float code = rounded;
  if (!(code > (float)(smallest - zero_point))) return (int8_t)smallest;
  if (code > (float)(largest - zero_point)) return (int8_t)largest;
  const int32_t whole = (int32_t)code;
  const float rest = code - (float)whole;
  const int32_t half_moves = ${isUp};
  int32_t step = 0;
  if (rest > 0.5f || (rest == 0.5f && half_moves)) step = 1;
  if (rest < -0.5f || (rest == -0.5f && half_moves)) step = -1;
  return (int8_t)(whole + step + zero_point);
}`;
}

/** @internal The function of a model that takes and gives floats. */
export function floatFunction(program: IntegerProgram, name: string): string {
  const { inputs, outputs, tensors } = program;
  const upper = name.toUpperCase();
  const lines: string[] = [];
  const after: string[] = [];
  const args: string[] = [];
  const declare = (tensor: IntegerTensor, word: string) => {
    const type = bytesOf(tensor) === 1 ? "int8_t" : "int32_t";
    lines.push(`  static ${type} ${word}_codes[${upper}_${word.toUpperCase()}_SIZE];`);
    args.push(`${word}_codes`);
  };
  const loop = (word: string, statement: string) =>
    `  for (int32_t i = 0; i < ${upper}_${word.toUpperCase()}_SIZE; i++) ${statement}`;
  const before: string[] = [];
  let quantizes = false;
  for (const [index, tensor] of inputs.entries()) {
    const word = parameterName("input", index, inputs.length);
    const prefix = `${upper}_${word.toUpperCase()}`;
    if (isIndices(tensors[tensor]!, word)) {
      args.push(word);
      continue;
    }
    quantizes = true;
    declare(tensors[tensor]!, word);
    const factor =
      program.kernel === "xnnpack"
        ? floatText(Math.fround(1 / tensors[tensor]!.scale[0]!))
        : `${prefix}_SCALE`;
    const rest = ["ZERO_POINT", "SMALLEST", "LARGEST"].map((end) => `${prefix}_${end}`);
    before.push(
      loop(word, `${word}_codes[i] = quantize(${word}[i], ${factor}, ${rest.join(", ")});`),
    );
  }
  for (const [index, tensor] of outputs.entries()) {
    const word = parameterName("output", index, outputs.length);
    const prefix = `${upper}_${word.toUpperCase()}`;
    declare(tensors[tensor]!, word);
    const { scale, axis = 0, shape } = tensors[tensor]!;
    let factor = `${prefix}_SCALE`;
    if (scale.length > 1) {
      lines.push(`  static const float ${word}_scales[] = ${prefix}_SCALES;`);
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      factor = `${word}_scales[${inner === 1 ? "i" : `i / ${inner}`} % ${scale.length}]`;
    }
    after.push(
      loop(word, `${word}[i] = (float)(${word}_codes[i] - ${prefix}_ZERO_POINT) * ${factor};`),
    );
  }
  const parts = [`#ifndef ${upper}_NO_FLOAT`];
  if (quantizes) parts.push(quantizeText(program.kernel), "");
  parts.push(`void ${name}_run_float(${floatParametersOf(program)}) {`, ...lines, ...before);
  parts.push(`  ${name}_run(${args.join(", ")});`, ...after, "}", "#endif");
  return parts.join("\n");
}
