import { checkTarget, writeFiles } from "#door/export/c/folder";
import { checkOptions, complaint } from "../../arguments/index.js";
import { bytes, displaySymbol, type MimeBundle, table } from "../../display/index.js";
import { IntegerModel } from "../../integer/index.js";
import type { tf } from "../../tensorflow/index.js";
import { headerOf } from "./header.js";
import { mainOf } from "./main.js";
import { checkName } from "./names.js";
import { mark, sourceOf } from "./source.js";
import { testVectors } from "./vectors.js";

/** Options of {@link c}. */
export interface COptions {
  /**
   * The name of the model in C, which begins the names of its files, functions and macros. Default: the model's name,
   * with an underscore for what C doesn't allow.
   */
  name?: string;
  /**
   * The examples that `main.c` tests the model with: how many of random codes, from 1 to 1000, or float examples
   * `[n, …]`, one tensor for each input. Default 8.
   */
  examples?: number | tf.Tensor | readonly tf.Tensor[];
  /** Whether a model in the folder that was exported before may be replaced. Default false. */
  overwrite?: boolean;
}

/** The record of an export by {@link c}; as a cell's last expression it shows a table. */
export interface CModel {
  /** The absolute path of the folder; in a browser tab, the name of the archive. */
  folder: string;
  /** The name of the model in C. */
  name: string;
  /** The names of the files. */
  files: string[];
  /** The bytes of static memory that the activations share. */
  arenaBytes: number;
  /** The bytes of all constants, which stay in flash: weights, biases, multipliers and tables. Code comes on top. */
  constantBytes: number;
  [displaySymbol](): MimeBundle;
}

/**
 * Exports an integer model as C99 for a microcontroller: `NAME.h` and `NAME.c`, which need no library and
 * allocate no memory, and `main.c`, which tests them: it runs examples and returns 0 if all codes are those of the
 * engine.
 *
 * `NAME_run(input, output)` takes and gives codes, `NAME_run_float(input, output)` values. The codes are those of
 * the model's kernel with any compiler and any setting: also where the kernel rounds float32 numbers, the C does it in
 * integers. 4-bit weights are stored two in a byte. The activations share one static arena; memory is planned
 * greedily by size (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
 *
 * In a browser tab the three files are downloaded as one zip archive.
 *
 * Functions use static memory, so that one call must end before the next begins. The folder is written as a
 * whole; if the export fails, nothing is left behind.
 *
 * @param model an integer model from `q.convert`
 * @param folder the path of the folder, which is made with the folders above it
 * @throws Error if the folder isn't empty or can't be written, or if C has no form of a layer (the message names the
 *   layer); TypeError if
 *   the model is no integer model, or if `name` or `examples` don't fit
 * @example
 * q.export.c(q.convert(qat), "exported/digits-c").files; // [ "depthwise_cnn.h", "depthwise_cnn.c", "main.c" ]
 */
export function c(model: IntegerModel, folder: string, options: COptions = {}): CModel {
  checkOptions<COptions>("q.export.c", options, { name: true, examples: true, overwrite: true });
  const { examples = 8, overwrite = false } = options;
  checkInteger(model);
  const { program } = model;
  const name = checkName(options.name, program.name);
  const target = checkTarget(folder, overwrite, mark);
  const { text, arenaBytes, constantBytes } = sourceOf(program, name);
  const files = new Map([
    [`${name}.h`, headerOf(program, name, { arenaBytes, constantBytes })],
    [`${name}.c`, text],
    ["main.c", mainOf(program, name, testVectors(program, examples))],
  ]);
  writeFiles(target, files);
  return record({ folder: target, name, files: [...files.keys()], arenaBytes, constantBytes });
}

function checkInteger(model: unknown): asserts model is IntegerModel {
  if (model instanceof IntegerModel) return;
  const expected = "an integer model from q.convert";
  const example = 'q.export.c(q.convert(model), "exported/digits-c")';
  const value = model === undefined || model === null ? model : Object(model).constructor.name;
  throw new TypeError(complaint({ name: "model", value, expected, example }));
}

function record(data: Omit<CModel, typeof displaySymbol>): CModel {
  // The method isn't enumerable, so that it isn't printed, and records are compared by their data.
  Object.defineProperty(data, displaySymbol, { value: () => show(data) });
  return data as CModel;
}

function show(data: Omit<CModel, typeof displaySymbol>): MimeBundle {
  const rows = [
    ["activations (static memory)", bytes(data.arenaBytes)],
    ["constants (flash, without the code)", bytes(data.constantBytes)],
    ["files", data.files.join(", ")],
  ];
  const columns = [{ name: "part" }, { name: "size" }];
  return table(columns, rows, { caption: `C model ${data.name} in ${data.folder}` });
}
