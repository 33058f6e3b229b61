import { checkFile, writeWholeFile } from "#door/export/files/file";
import { checkChoice, checkCount, checkOptions } from "../../arguments/index.js";
import type { displaySymbol, MimeBundle } from "../../display/index.js";
import { IntegerModel } from "../../integer/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { InputData } from "../../train/index.js";
import { checkManifestOption, type ManifestOption, writeManifest } from "../manifest/option.js";
import { fileOf, type TranslatedModel } from "./fileOf.js";
import { summary } from "./summary.js";
import { writeFile } from "./write.js";

/** The arithmetic of a `.tflite` file. */
export type TfliteMode = "float" | "dynamic" | "int8" | "int16x8" | "int4";

const modes: readonly TfliteMode[] = ["float", "dynamic", "int8", "int16x8", "int4"];

/** Options of {@link tflite}. */
export interface TfliteOptions {
  /**
   * The arithmetic: `"float"` is float32; `"int8"` is 8-bit weights and activations; `"int16x8"` is 8-bit weights and
   * 16-bit activations; `"int4"` stores weights from −8 to 7 with 4 bits each, and the others with 8 bits. Default:
   * the arithmetic of the model, `"float"` for a float model.
   */
  mode?: TfliteMode;
  /** The number of examples in a batch, or `"dynamic"` for any number. Default 1. */
  batch?: number | "dynamic";
  /**
   * Whether the inputs and outputs of a file with integers are float32 values, or codes of the mode's activations.
   * Default `"float"`, as TensorFlow's converter has it.
   */
  io?: "float" | "int8" | "int16";
  /**
   * Examples on which ranges are found: of all values of a float model that is written with integers, and of the values
   * that a prepared or quantized model leaves in float, as {@link convert} takes them. A few hundred do.
   */
  calibration?: InputData;
  /**
   * Whether a manifest is written beside the file, as by {@link manifest}, or its options, as in `{ test }`. The model of
   * the manifest is the one that the file has: the integer model where a model is converted. With mode `"dynamic"` name a
   * `tolerance`, since the runtime rounds activations. Default false.
   */
  manifest?: boolean | ManifestOption;
  /** Whether the file may be replaced if it exists. Default false. */
  overwrite?: boolean;
}

/** The type and the shape of a file's input or output. */
export interface TfliteTensor {
  /** The name of the type in the file, as in `FLOAT32`. */
  type: string;
  /** The shape; `null` for an open batch. */
  shape: (number | null)[];
}

/** The record of an export by {@link tflite}; as a cell's last expression it shows a table. */
export interface TfliteFile {
  /** The absolute path of the file; `null` if none was written. */
  file: string | null;
  /** The size of the file, in bytes. */
  bytes: number;
  mode: TfliteMode;
  /** The inputs and outputs of `serving_default`. */
  inputs: Record<string, TfliteTensor>;
  outputs: Record<string, TfliteTensor>;
  /** How many operators of each kind the file has, as in `{ CONV_2D: 3 }`. */
  operators: Record<string, number>;
  /** The bytes themselves. The property isn't enumerable, so that it isn't printed. */
  readonly content: Uint8Array;
  [displaySymbol](): MimeBundle;
}

/**
 * Writes a model as a `.tflite` file, which TensorFlow Lite (LiteRT) runs on phones, microcontrollers and computers.
 * Format: tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3.
 *
 * - A float model is written in float, with batch normalization folded into the layers before it; or, with mode
 *   `"dynamic"`, with int8 weights (one scale for each output channel, of all convolutions and dense layers) beside float
 *   activations, which the runtime quantizes on its way.
 * - An integer model keeps its codes: LiteRT's kernel that has the model's name computes the same codes as the model,
 *   layer by layer. A prepared or quantized model is converted first. A float model with `calibration` and one of the
 *   integer modes is quantized first, with one scale for each output channel of the weights.
 * - LiteRT's XNNPACK leaves convolutions with 4-bit weights, and all 16-bit activations, to TensorFlow Lite's own kernels.
 *   A file of mode `"int4"` has the codes of the integer model `as("tflite-optimized")` there.
 *
 * @param model a tfjs Layers model in float, a model from {@link prepare} or {@link quantize}, or an integer model from
 *   {@link convert}
 * @param file the path of the file, whose folder exists; `null` for the bytes alone
 * @throws TypeError if an argument is invalid; Error if the file exists or can't be written, or if TensorFlow Lite has
 *   no operator for a layer, which the message names. Nothing is left behind then.
 * @example
 * const exported = await q.export.tflite(model, "digits.tflite", { mode: "dynamic", overwrite: true });
 * exported.operators.FULLY_CONNECTED; // 1
 * @example
 * const int8 = await q.export.tflite(model, null, { mode: "int8", calibration: train.take(256) });
 * int8.operators.CONV_2D; // 2
 */
export async function tflite(
  model: tf.LayersModel,
  file: string | null,
  options: TfliteOptions = {},
): Promise<TfliteFile> {
  checkOptions<TfliteOptions>("q.export.tflite", options, {
    mode: true,
    batch: true,
    io: true,
    calibration: true,
    manifest: true,
    overwrite: true,
  });
  const { mode, batch = 1, io = "float", calibration, overwrite = false } = options;
  if (mode !== undefined) {
    checkChoice("mode", mode, modes, { example: 'q.export.tflite(model, file, { mode: "int8" })' });
  }
  checkChoice("io", io, ["float", "int8", "int16"], {
    example: 'q.export.tflite(model, file, { io: "int8" })',
  });
  if (batch !== "dynamic") checkCount("batch", batch);
  const path = file === null ? null : checkFile({ file, overwrite, example: "digits.tflite" });
  const example = "q.export.tflite(model, file, { manifest: { test } })";
  const manifest = checkManifestOption(options.manifest, path, example);
  const written = await fileOf(model, { mode, batch, io, calibration });
  const content = writeFile(written.content);
  if (path !== null) writeWholeFile(path, content, "q.export.tflite");
  const about = manifest && { calibration, ...manifest };
  await writeManifest(path, about, { model: writtenModel(model, written), overwrite });
  return summary(written, { path, content });
}

/** The model whose numbers a file has. LiteRT leaves most operators with 4-bit weights to its optimized kernels. */
function writtenModel(model: tf.LayersModel, { program, mode }: TranslatedModel): tf.LayersModel {
  if (!program) return model;
  const integer = new IntegerModel({ program });
  return mode === "int4" ? integer.as("tflite-optimized") : integer;
}
