import type { IntegerOp } from "../../../integer/index.js";
import type { Program } from "../../onnx/program.js";
import { Draft } from "../draft.js";
import type { FileModel } from "../fileModel.js";
import { checkProgram } from "./checkProgram.js";
import { clampAfter, writeClamp } from "./clamp.js";
import { floatInput, floatOutput } from "./floatEnds.js";
import { writeOperatorOf } from "./operators.js";
import { packedWeights } from "./packedWeights.js";
import { Translation } from "./translation.js";

/** The arithmetic of a program's file: of floats, or the bits of activations, and of weights if they differ. */
export type ProgramMode = "float" | "int8" | "int16x8" | "int4";

/** How a program is written. */
export interface FileOptions {
  readonly mode: ProgramMode;
  /** Whether inputs and outputs are floats, and not codes. */
  readonly float: boolean;
  readonly batch: number | "dynamic";
}

/**
 * A program as a file. Each op becomes one operator, followed by MAXIMUM and MINIMUM where the codes of its output end
 * before those of the type.
 *
 * @throws Error if TensorFlow Lite has no operator for an op, or the mode isn't the program's
 */
export function programFile(program: Program, options: FileOptions): FileModel {
  const { mode, float, batch } = options;
  checkProgram(program, options);
  const draft = new Draft();
  const packed = mode === "int4" ? packedWeights(program) : new Set<number>();
  const translation = new Translation(program, draft, batch === "dynamic" ? 1 : batch, packed);
  const inputs = program.inputs.map((input) =>
    float ? floatInput(input, translation) : translation.index(input),
  );
  for (const op of program.ops) writeOp(op, translation);
  const outputs = program.outputs.map((output) =>
    float ? floatOutput(output, translation) : translation.index(output),
  );
  const names = (tensors: readonly number[]) => tensors.map((t) => program.tensors[t]!.name);
  return {
    tensors: draft.tensors,
    operators: draft.operators,
    inputs,
    outputs,
    inputNames: names(program.inputs),
    outputNames: names(program.outputs),
    dynamicBatch: batch === "dynamic",
  };
}

function writeOp(op: IntegerOp, translation: Translation): void {
  const output = translation.index(op.output);
  const clamp = clampAfter(op, translation);
  if (!clamp) {
    writeOperatorOf(op, output, translation);
    return;
  }
  const from = translation.draft.tensor({
    ...translation.describe(op.output),
    name: `${translation.tensor(op.output).name}/unclamped`,
  });
  writeOperatorOf(op, from, translation);
  writeClamp(clamp, { from, to: output }, translation);
}
