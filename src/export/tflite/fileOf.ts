import { complaint } from "../../arguments/index.js";
import { checkModel } from "../../graph/index.js";
import { convert, IntegerModel, type IntegerProgram } from "../../integer/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { InputData } from "../../train/index.js";
import { floatProgramOf } from "../float/lower.js";
import type { FloatOp } from "../float/program.js";
import { unrolled } from "../float/unroll.js";
import { withDynamicRange } from "./dynamicRange.js";
import type { FileModel } from "./fileModel.js";
import { fuseActivations } from "./fuseActivations.js";
import { programFile } from "./program/translate.js";
import { quantizeFor } from "./quantizeFor.js";
import type { TfliteMode } from "./tflite.js";

/** A file's content, and the arithmetic that it has. */
export interface TranslatedModel {
  content: FileModel;
  mode: TfliteMode;
  /** The integers that the file has, if it has any. */
  program?: IntegerProgram;
}

/** How a model is to be written. */
export interface Form {
  mode?: TfliteMode;
  batch: number | "dynamic";
  io: "float" | "int8" | "int16";
  calibration?: InputData;
}

/**
 * Translates a model into the content of a file.
 *
 * @throws TypeError if the model and the mode don't fit; Error if a layer can't be written
 */
export async function fileOf(model: tf.LayersModel, form: Form): Promise<TranslatedModel> {
  checkModel(model);
  if (model instanceof IntegerModel) return integerContent(model.program, form);
  const { mode, calibration } = form;
  if (model.layers.some((layer) => layer instanceof QuantizedLayer)) {
    checkInteger(model, mode);
    return convertedContent(model, form);
  }
  if (mode === undefined || mode === "float" || mode === "dynamic") {
    return floatContent(model, form);
  }
  if (!calibration) {
    throw new TypeError(
      `model "${model.name}" computes in float, and mode "${mode}" needs ranges of its values (expected calibration examples, as in q.export.tflite(model, file, { mode: "${mode}", calibration: train.take(256) }))`,
    );
  }
  const quantized = await quantizeFor(model, mode, calibration);
  try {
    return convertedContent(quantized, form);
  } finally {
    quantized.dispose();
  }
}

/** @throws TypeError if a model that is quantized is to be written in float */
function checkInteger(model: tf.LayersModel, mode: TfliteMode | undefined): void {
  if (mode !== "float" && mode !== "dynamic") return;
  throw new TypeError(
    `mode "${mode}" needs a float model, and "${model.name}" is quantized (pass the float model, or choose mode: "int8")`,
  );
}

function convertedContent(model: tf.LayersModel, form: Form): TranslatedModel {
  const integer = convert(model, { calibration: form.calibration });
  try {
    return integerContent(integer.program, form);
  } finally {
    integer.dispose();
  }
}

function floatContent(model: tf.LayersModel, { mode, io, batch }: Form): TranslatedModel {
  if (io !== "float") {
    const expected = `"float" with mode "${mode ?? "float"}"`;
    throw new TypeError(complaint({ name: "io", value: io, expected }));
  }
  // LiteRT's LSTM has sigmoid gates, and states of a fixed batch; it has no operator for GRU, SimpleRNN and LSTMs with other gates.
  const isKept = (op: FloatOp) =>
    op.type === "lstm" && op.gates === "sigmoid" && batch !== "dynamic";
  const program = unrolled(floatProgramOf(model), isKept);
  const file = fuseActivations(programFile(program, { mode: "float", float: true, batch }));
  if (mode === "dynamic") return { content: withDynamicRange(file), mode };
  return { content: file, mode: "float" };
}

function integerContent(program: IntegerProgram, { mode, io, batch }: Form): TranslatedModel {
  const isWide = program.ops.some(({ output }) => program.tensors[output]!.type === "int16");
  const arithmetic = mode ?? (isWide ? "int16x8" : "int8");
  if (arithmetic === "float" || arithmetic === "dynamic") {
    throw new TypeError(
      `mode "${arithmetic}" needs a float model, and "${program.name}" computes with integers (pass the float model, or choose mode: "int8")`,
    );
  }
  const codes = arithmetic === "int16x8" ? "int16" : "int8";
  if (io !== "float" && io !== codes) {
    const expected = `"float" or "${codes}" with mode "${arithmetic}"`;
    throw new TypeError(complaint({ name: "io", value: io, expected }));
  }
  const content = programFile(program, { mode: arithmetic, float: io === "float", batch });
  return { content, mode: arithmetic, program };
}
