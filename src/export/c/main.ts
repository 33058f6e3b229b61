import type { IntegerProgram } from "../../integer/index.js";
import { rows } from "./constants.js";
import { parameterName } from "./parameters.js";
import { bytesOf, sizeOf } from "./sizes.js";

/** @internal The codes of an example's inputs, and those of the outputs that the engine computed. */
export interface TestVector {
  readonly inputs: readonly ArrayLike<number>[];
  readonly outputs: readonly ArrayLike<number>[];
}

/** @internal A program in C that runs a model on test vectors, and returns 0 if all codes are equal. */
export function mainOf(
  program: IntegerProgram,
  name: string,
  vectors: readonly TestVector[],
): string {
  const { tensors, inputs, outputs } = program;
  const arrays = [
    ...inputs.map((tensor, i) =>
      table(
        program,
        tensor,
        parameterName("input", i, inputs.length),
        (v) => v.inputs[i]!,
        vectors,
      ),
    ),
    ...outputs.map((tensor, i) =>
      table(program, tensor, `expected_${i}`, (v) => v.outputs[i]!, vectors),
    ),
  ];
  const results = outputs.map(
    (tensor, i) => `static ${typeOf(program, tensor)} output_${i}[${sizeOf(tensors[tensor]!)}];`,
  );
  const args = [
    ...inputs.map((_, i) => `${parameterName("input", i, inputs.length)}[example]`),
    ...outputs.map((_, i) => `output_${i}`),
  ];
  const checks = outputs.map(
    (tensor, i) =>
      `    for (int i = 0; i < ${sizeOf(tensors[tensor]!)}; i++) {
      if (output_${i}[i] == expected_${i}[example][i]) continue;
      printf("example %d, output ${i}, code %d: %ld (expected %ld)\\n", example, i, (long)output_${i}[i],
             (long)expected_${i}[example][i]);
      wrong = 1;
    }`,
  );
  return `/* Runs ${name} on test vectors, and returns 0 if all codes are equal to those of the engine. */
#include <stdio.h>

#include "${name}.h"

#define EXAMPLES ${vectors.length}

${arrays.join("\n\n")}

${results.join("\n")}

int main(void) {
  int failed = 0;
  for (int example = 0; example < EXAMPLES; example++) {
    int wrong = 0;
    ${name}_run(${args.join(", ")});
${checks.join("\n")}
    failed += wrong;
  }
  printf("${name}: %d of %d examples passed\\n", EXAMPLES - failed, EXAMPLES);
  return failed == 0 ? 0 : 1;
}
`;
}

const typeOf = ({ tensors }: IntegerProgram, tensor: number) =>
  bytesOf(tensors[tensor]!) === 1 ? "int8_t" : "int32_t";

/** The codes of a tensor in all examples, as an array of C. */
function table(
  program: IntegerProgram,
  tensor: number,
  name: string,
  codesOf: (vector: TestVector) => ArrayLike<number>,
  vectors: readonly TestVector[],
): string {
  const words = (vector: TestVector) =>
    rows(
      Array.from(codesOf(vector), (code) => (code === -2147483648 ? "INT32_MIN" : String(code))),
      "    ",
    );
  const lines = vectors.map((vector) => `  {\n${words(vector)}\n  },`);
  const size = sizeOf(program.tensors[tensor]!);
  return `static const ${typeOf(program, tensor)} ${name}[EXAMPLES][${size}] = {\n${lines.join("\n")}\n};`;
}
