import { checkFile, writeWholeFile } from "#door/export/files/file";
import { checkChoice, checkCount, checkOptions } from "../../arguments/index.js";
import type { displaySymbol, MimeBundle } from "../../display/index.js";
import { IntegerModel } from "../../integer/index.js";
import type { tf } from "../../tensorflow/index.js";
import { checkManifestOption, type ManifestOption, writeManifest } from "../manifest/option.js";
import { modelFile } from "./modelFile.js";
import { sourceOf } from "./source.js";
import { summary } from "./summary.js";

/** The arithmetic of an ONNX file. */
export type OnnxMode = "float" | "int8" | "int4";

const modes: readonly OnnxMode[] = ["float", "int8", "int4"];

/** Options of {@link onnx}. */
export interface OnnxOptions {
  /**
   * The arithmetic: `"float"` is float32; `"int8"` is 8-bit weights and activations; `"int4"` stores weights from −8 to
   * 7 with 4 bits each, which saves bytes, while ONNX Runtime computes their layers in float. Default: `"float"` for a
   * float model, and `"int8"` for a quantized one.
   */
  mode?: OnnxMode;
  /** The number of examples in a batch, or `"dynamic"` for any number. Default `"dynamic"`. */
  batch?: number | "dynamic";
  /**
   * The order of the axes of inputs and outputs that have more than one axis besides the batch: `"channelsLast"` as
   * in TensorFlow.js, `"channelsFirst"` as in PyTorch. Inside the file channels are first in either case. Default
   * `"channelsLast"`.
   */
  layout?: "channelsLast" | "channelsFirst";
  /**
   * For a float model with mode `"int4"`: the weights of dense layers are rounded to 4 bits, with a scale for so many
   * inputs of each unit, and everything else stays in float. ONNX Runtime takes blocks of 16, 32, … Default: none.
   */
  blockSize?: number;
  /**
   * Whether a manifest is written beside the file, as by {@link manifest}, or its options, as in `{ test }`. The model of
   * the manifest is the one that the file has: the integer model where a model is converted, whose sums, means and
   * nonlinearities ONNX Runtime may round by one code otherwise (a `tolerance` allows it). Default false.
   */
  manifest?: boolean | ManifestOption;
  /** Whether the file may be replaced if it exists. Default false. */
  overwrite?: boolean;
}

/** The type and the shape of a file's input or output. */
export interface OnnxTensor {
  /** The name of the type, as in `float`. */
  type: string;
  /** The shape; `null` for an open batch. */
  shape: (number | null)[];
}

/** The record of an export by {@link onnx}; as a cell's last expression it shows a table. */
export interface OnnxFile {
  /** The absolute path of the file; `null` if none was written. */
  file: string | null;
  /** The size of the file, in bytes. */
  bytes: number;
  mode: OnnxMode;
  inputs: Record<string, OnnxTensor>;
  outputs: Record<string, OnnxTensor>;
  /** How many nodes of each kind the file has, as in `{ Conv: 3 }`. */
  nodes: Record<string, number>;
  /** The bytes themselves. The property isn't enumerable, so that it isn't printed. */
  readonly content: Uint8Array;
  [displaySymbol](): MimeBundle;
}

/**
 * Writes a model as an ONNX file (IR 10, opset 21), which ONNX Runtime and other runtimes read. Inputs and outputs are
 * float32 values.
 *
 * An integer model becomes a file in QDQ form: activations are uint8, weights int8 with a scale for each channel,
 * biases int32 on the grid of the products. ONNX Runtime computes its convolutions and dense layers in integers,
 * with the codes of the model's kernel `"xnnpack"`; on x86-64 processors without VNNI its 16-bit sums may saturate.
 * Other ops may differ by one code. Format: onnx.proto and Operators.md of ONNX 1.23.
 *
 * @param model a float tfjs Layers model, an integer model from {@link convert}, or a prepared or quantized model, which
 *   is converted
 * @param file the path of the file, whose folder exists; `null` for the bytes alone
 * @throws TypeError if an argument is invalid, or if ONNX has no form for a layer, which the message names; Error if
 *   the file exists or can't be written. Nothing is left behind then.
 * @example
 * const exported = await q.export.onnx(model, "digits.onnx", { overwrite: true });
 * exported.nodes.Conv; // 3
 */
export async function onnx(
  model: tf.LayersModel,
  file: string | null,
  options: OnnxOptions = {},
): Promise<OnnxFile> {
  checkOptions<OnnxOptions>("q.export.onnx", options, {
    mode: true,
    batch: true,
    layout: true,
    blockSize: true,
    manifest: true,
    overwrite: true,
  });
  const {
    mode,
    blockSize,
    batch = "dynamic",
    layout = "channelsLast",
    overwrite = false,
  } = options;
  if (mode !== undefined) {
    checkChoice("mode", mode, modes, { example: 'q.export.onnx(model, file, { mode: "int8" })' });
  }
  checkChoice("layout", layout, ["channelsLast", "channelsFirst"], {
    example: 'q.export.onnx(model, file, { layout: "channelsFirst" })',
  });
  if (batch !== "dynamic") checkCount("batch", batch);
  if (blockSize !== undefined) checkCount("blockSize", blockSize, { least: 2 });
  const path = file === null ? null : checkFile({ file, overwrite, example: "digits.onnx" });
  const example = "q.export.onnx(model, file, { manifest: { test } })";
  const manifest = checkManifestOption(options.manifest, path, example);
  const source = sourceOf(model, { mode, blockSize });
  const form = { batch: batch === "dynamic" ? "batch" : batch, int4: source.mode === "int4" };
  const written = modelFile(source.program, { ...form, layout });
  if (path !== null) writeWholeFile(path, written.content, "q.export.onnx");
  const { integers: program } = source;
  await writeManifest(path, manifest, {
    model: program ? new IntegerModel({ program }) : model,
    overwrite,
  });
  return summary(written, { path, mode: source.mode });
}
