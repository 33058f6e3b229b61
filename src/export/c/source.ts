import type { IntegerProgram } from "../../integer/index.js";
import { floatFunction } from "./floats.js";
import { commentText } from "./names.js";
import { statementsOf } from "./ops/index.js";
import { parameterName, parametersOf } from "./parameters.js";
import { Writer } from "./writer.js";

/** @internal A text that every source file has, by which an export is known. */
export const mark = "made by q.export.c of qatlab";

/** @internal A model's source file, and what it needs. */
export interface Source {
  readonly text: string;
  /** The bytes of the activations. */
  readonly arenaBytes: number;
  /** The bytes of all constants: weights, biases, multipliers and tables. */
  readonly constantBytes: number;
}

/**
 * @internal
 * The C source of a program: its constants, the routines that it calls, and the functions of the model.
 *
 * @throws Error if C has no form of an op, naming its layer
 */
export function sourceOf(program: IntegerProgram, name: string): Source {
  const writer = new Writer(program);
  const body = program.ops.flatMap((op) => {
    const statements = statementsOf(op, writer);
    if (statements.length === 0) return [];
    return [
      `  /* ${commentText(op.layer)}: ${op.type} */`,
      ...statements.map((line) => `  ${line}`),
    ];
  });
  const { arenaBytes } = writer.plan;
  const copies = outputCopies(writer).map((line) => `  ${line}`);
  const { arrays } = writer.constants;
  const parts = [
    `/* ${name}.c: ${mark}; see ${name}.h. */`,
    `#include "${name}.h"\n\n#include <stddef.h>`,
    "/* The rounding counts on >> to keep the sign of negative numbers, as all known compilers do. */\n" +
      "typedef char shifts_keep_the_sign[(-1 >> 1) == -1 ? 1 : -1];",
    arenaText(arenaBytes, name),
    ...arrays.map(({ text }) => text),
    ...writer.routines.map(({ text }) => text),
    [`void ${name}_run(${parametersOf(program)}) {`, ...body, ...copies, "}"].join("\n"),
    floatFunction(program, name),
  ];
  return {
    text: `${parts.filter((part) => part !== "").join("\n\n")}\n`,
    arenaBytes,
    constantBytes: arrays.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function arenaText(bytes: number, name: string): string {
  if (bytes === 0) return "";
  return `/* The memory that the activations share. */\nstatic int8_t arena[${name.toUpperCase()}_ARENA_BYTES];`;
}

/** Copies outputs that stand elsewhere: inputs, constants, or an output that is there twice. */
function outputCopies(writer: Writer): string[] {
  const { outputs } = writer.program;
  return outputs.flatMap((tensor, index) =>
    writer.copyWhole(
      writer.at(tensor),
      parameterName("output", index, outputs.length),
      writer.tensor(tensor),
    ),
  );
}
