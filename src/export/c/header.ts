import type { IntegerProgram, IntegerTensor } from "../../integer/index.js";
import { commentText } from "./names.js";
import { floatParametersOf, isIndices, parameterName, parametersOf } from "./parameters.js";
import { bytesOf, sizeOf } from "./sizes.js";

/** @internal The sizes that a header states. */
export interface Footprint {
  readonly arenaBytes: number;
  readonly constantBytes: number;
}

/** @internal The C header of a program: its functions, and what the caller must know of inputs and outputs. */
export function headerOf(
  program: IntegerProgram,
  name: string,
  { arenaBytes, constantBytes }: Footprint,
): string {
  const { inputs, outputs, tensors, kernel } = program;
  const upper = name.toUpperCase();
  const ends = [
    ...inputs.map(
      (tensor, i) => [tensors[tensor]!, parameterName("input", i, inputs.length)] as const,
    ),
    ...outputs.map(
      (tensor, i) => [tensors[tensor]!, parameterName("output", i, outputs.length)] as const,
    ),
  ];
  const bytes = ends.reduce((sum, [tensor]) => sum + bytesOf(tensor) * sizeOf(tensor), 0);
  return `/* ${commentText(program.name)}: an integer model, made by q.export.c of qatlab.

   The codes are those of ${kernel}'s kernels, with any compiler and setting: nothing between input and output codes is
   computed in floats. The value of a code is scale * (code - zero point).

   Memory: ${arenaBytes} bytes of activations (static), ${constantBytes} bytes of constants in flash, beside the code.
   The functions allocate nothing. They use the static memory, so that one call must end before the next begins.
   Inputs and outputs must not overlap. */
#ifndef ${upper}_H
#define ${upper}_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ${upper}_ARENA_BYTES ${arenaBytes}
#define ${upper}_CONSTANT_BYTES ${constantBytes}

${ends.map(([tensor, end]) => endText(tensor, `${upper}_${end.toUpperCase()}`, end)).join("\n\n")}

/* Runs the model on codes. */
void ${name}_run(${parametersOf(program)});

#ifndef ${upper}_NO_FLOAT
/* Quantizes float inputs, runs the model, and dequantizes the outputs. It takes ${bytes} further bytes of static memory, and
   is left out where ${upper}_NO_FLOAT is defined. Inputs that are indices stay indices. */
void ${name}_run_float(${floatParametersOf(program)});
#endif

#ifdef __cplusplus
}
#endif

#endif
`;
}

function endText(tensor: IntegerTensor, prefix: string, word: string): string {
  const { shape, scale, zeroPoint, smallest, largest } = tensor;
  const lines = [
    `/* ${word} ${commentText(tensor.name)}: ${shape.join(" x ")}. */`,
    `#define ${prefix}_SIZE ${sizeOf(tensor)}`,
    `#define ${prefix}_RANK ${shape.length}`,
    `#define ${prefix}_SHAPE {${shape.join(", ")}}`,
  ];
  if (isIndices(tensor, word)) return lines.join("\n");
  lines.push(`#define ${prefix}_ZERO_POINT ${zeroPoint[0]}`);
  if (tensor.type === "int8") {
    lines.push(`#define ${prefix}_SMALLEST ${negative(smallest)}`);
    lines.push(`#define ${prefix}_LARGEST ${negative(largest)}`);
  }
  if (scale.length === 1) lines.push(`#define ${prefix}_SCALE ${floatText(scale[0]!)}`);
  else lines.push(`#define ${prefix}_SCALES {${Array.from(scale, floatText).join(", ")}}`);
  return lines.join("\n");
}

const negative = (number: number) => (number < 0 ? `(${number})` : String(number));

/** @internal A float32 number in C, with the nine digits that hold it exactly. */
export function floatText(number: number): string {
  const text = number.toPrecision(9);
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}
