import type { Program } from "../../onnx/program.js";
import { packedWeights } from "./packedWeights.js";
import { refuse } from "./refuse.js";
import type { FileOptions } from "./translate.js";

/**
 * Checks that a program can be written in a mode.
 *
 * @throws Error if the mode isn't the program's, if a layer gives 32-bit sums, or if a layer needs a fixed batch
 */
export function checkProgram(program: Program, options: FileOptions): void {
  for (const op of program.ops) {
    if (program.tensors[op.output]!.type === "int32") {
      throw refuse(
        op.layer,
        "its output has no range, so that the integer model gives 32-bit sums, which TensorFlow Lite's operators don't",
        "give the output a range with calibration examples, as in q.convert(model, { calibration: train.take(256) })",
      );
    }
  }
  checkZeroPoints(program);
  checkMode(program, options);
  checkBatch(program, options);
}

/** Operators take 16-bit codes with the zero point 0 only. */
function checkZeroPoints({ ops, tensors }: Program): void {
  for (const { layer, output } of ops) {
    const tensor = tensors[output]!;
    if (tensor.type !== "int16" || tensor.zeroPoint[0] === 0) continue;
    throw refuse(
      layer,
      `its 16-bit codes have the zero point ${tensor.zeroPoint[0]}, and TensorFlow Lite demands 0`,
      "quantize the activations with q.int(16)",
    );
  }
}

/** The mode of a program: by the type of its activations. */
function checkMode(program: Program, { mode }: FileOptions): void {
  const has16 = program.ops.find(({ output }) => program.tensors[output]!.type === "int16");
  if (mode === "int16x8" && !has16) {
    throw new Error(
      `model "${program.name}" has activations of 8 bits, which mode "int16x8" doesn't take (write it with mode: "int8", or convert it with 16-bit activations)`,
    );
  }
  if (mode !== "int16x8" && has16) {
    throw refuse(
      has16.layer,
      `its activations have 16 bits, which mode "${mode}" doesn't take`,
      'write the model with mode: "int16x8"',
    );
  }
  if (mode === "int4" && packedWeights(program).size === 0) {
    throw new Error(
      `model "${program.name}" can't be written with mode "int4": no layer has weights from −8 to 7 (quantize the weights with 4 bits, as in q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(8) }))`,
    );
  }
}

/** Operators that state a batch: the LSTM keeps states of it, the transposed convolution has its shape as an input. */
function checkBatch({ ops }: Program, { batch }: FileOptions): void {
  if (batch !== "dynamic") return;
  const fixed = ops.find(({ type }) => type === "lstm" || type === "transposedConv2d");
  if (!fixed) return;
  throw refuse(
    fixed.layer,
    "TensorFlow Lite's operator for it has a fixed batch size",
    "fix the size, as in { batch: 1 }",
  );
}
