import { checkFile, writeWholeFile } from "#door/export/files/file";
import { linkScript, policyHash } from "#door/export/page/link";
import { checkOptions, complaint } from "../../arguments/index.js";
import { Dataset } from "../../datasets/index.js";
import { bytes as bytesText, displaySymbol, type MimeBundle, table } from "../../display/index.js";
import { IntegerModel, programJson } from "../../integer/index.js";
import type { tf } from "../../tensorflow/index.js";
import { floatProgramOf } from "../float/lower.js";
import type { FloatProgram } from "../float/program.js";
import { checkManifestOption, type ManifestOption, writeManifest } from "../manifest/option.js";
import { factsOf } from "./examples.js";
import { htmlOf } from "./html.js";
import type { PageData } from "./pageData.js";
import { isKnown } from "./script/floatOps.js";

/** Options of {@link page}. */
export interface PageOptions {
  /** The float model, which answers beside the integer one. Default: the integer model answers alone. */
  float?: tf.LayersModel;
  /**
   * Images like those that the models know. The page offers one of each class as a button; drawings get their range
   * of values and their margin. Default: there are no buttons, and drawings have values from 0 to 1.
   */
  examples?: Dataset;
  /** The names of the classes. Default: those of the examples, else their numbers from 0. */
  classes?: readonly string[];
  /** The title of the page. Default: the model's name. */
  title?: string;
  /**
   * Whether a manifest is written beside the file, as by {@link manifest}, or its options, as in `{ test }`. Default false.
   */
  manifest?: boolean | ManifestOption;
  /** Whether the file may be replaced if it exists. Default false. */
  overwrite?: boolean;
}

/** The record of an export by {@link page}; as a cell's last expression it shows a table. */
export interface Page {
  /** The absolute path of the file. */
  file: string;
  /** The size of the file, in bytes. */
  bytes: number;
  [displaySymbol](): MimeBundle;
}

/** The modules that a page has inside; the first one starts the others. */
const modules = [
  "export/page/script/main",
  "integer/engine/engine",
  "integer/arithmetic/values",
  "integer/model/programFromJson",
];

/**
 * Writes one HTML file on which an integer model runs, to send to a friend: one draws on a field, or takes an
 * example, and the float and the integer model answer side by side, while the codes of each layer light up. The engine
 * is inside, so that the codes are those of the integer model here. The page asks nothing of any network, which its
 * Content-Security-Policy holds (W3C, Content Security Policy Level 3).
 *
 * @param model an integer model from `q.convert` that classifies images `[h, w, 1]` or `[h, w, 3]`
 * @param file the path of the file, whose folder exists
 * @throws TypeError if the model is no integer model, or no classifier of such images; if the float model has another
 *   shape, or a layer that a page can't compute (the message names the layer); Error if the file exists or can't be
 *   written
 * @example
 * const page = await q.export.page(q.convert(qat), "digits.html", { float: model, examples: test });
 * page.bytes < 300_000; // true
 */
export async function page(
  model: IntegerModel,
  file: string,
  options: PageOptions = {},
): Promise<Page> {
  checkOptions<PageOptions>("q.export.page", options, {
    float: true,
    examples: true,
    classes: true,
    title: true,
    manifest: true,
    overwrite: true,
  });
  const { examples, overwrite = false } = options;
  const { shape, count } = imageClassifier(model);
  const classes = classNames(options, count);
  checkExamples(examples, shape);
  const path = checkFile({ file, overwrite, example: "digits.html" });
  const example = 'await q.export.page(q.convert(qat), "digits.html", { manifest: { test } })';
  const manifest = checkManifestOption(options.manifest, path, example);
  const float = options.float && floatTwin(options.float, shape, count);
  const data: PageData = {
    title: options.title ?? model.name,
    classes,
    shape,
    ...factsOf(examples, shape),
    integer: programJson(model.program),
    float: float && programJson(float),
  };
  const script = await linkScript(modules);
  const text = htmlOf({ data, script, sizes: sizesText(model, float), hash: policyHash });
  const content = new TextEncoder().encode(text);
  writeWholeFile(path, content, "q.export.page");
  await writeManifest(path, manifest, { model, overwrite });
  return record({ file: path, bytes: content.length });
}

/** The shape of a classifier's images, and the number of its classes. */
function imageClassifier(model: IntegerModel): { shape: PageData["shape"]; count: number } {
  if (!(model instanceof IntegerModel)) {
    const expected = "an integer model from q.convert";
    const example = 'await q.export.page(q.convert(qat), "digits.html", { float: model })';
    const value = model === undefined || model === null ? model : Object(model).constructor.name;
    throw new TypeError(complaint({ name: "model", value, expected, example }));
  }
  const { tensors, inputs, outputs, ops } = model.program;
  const kept = ops.find(({ type }) => type === "float");
  if (kept) {
    throw new TypeError(
      `invalid model: layer "${kept.layer}" stays in float, and is a function (expected a model of integers only, from q.convert without float)`,
    );
  }
  const [input, output] = [tensors[inputs[0]!]!, tensors[outputs[0]!]!];
  const [, height = 0, width = 0, channels = 0] = input.shape;
  const isImage = input.shape.length === 4 && (channels === 1 || channels === 3);
  if (inputs.length === 1 && outputs.length === 1 && isImage && output.shape.length === 2) {
    return { shape: [height, width, channels], count: output.shape[1]! };
  }
  const shapes = (indices: readonly number[]) =>
    indices.map((index) => `[${tensors[index]!.shape.slice(1).join(", ")}]`).join(" and ");
  throw new TypeError(
    `invalid model: "${model.name}" makes ${shapes(outputs)} of ${shapes(inputs)} (expected one image [h, w, 1] or [h, w, 3], and one row of classes, which one can draw and read; q.export.tflite and q.export.c take every model)`,
  );
}

function classNames({ classes, examples }: PageOptions, count: number): readonly string[] {
  const names = classes ?? examples?.labels ?? Array.from({ length: count }, (_, i) => String(i));
  const isList = Array.isArray(names) && names.every((name) => typeof name === "string");
  if (isList && names.length === count) return names;
  const value = Array.isArray(names) ? `${names.length} names` : names;
  throw new TypeError(
    complaint({
      name: "classes",
      value,
      expected: `${count} names, one for each output of the model`,
      example: 'classes: ["cat", "dog"]',
    }),
  );
}

function checkExamples(examples: Dataset | undefined, shape: PageData["shape"]): void {
  if (examples === undefined) return;
  if (examples instanceof Dataset && String(examples.xs.shape.slice(1)) === String(shape)) return;
  const isDataset = examples instanceof Dataset;
  const value = isDataset ? `images [${examples.xs.shape.slice(1).join(", ")}]` : examples;
  const expected = `a data set of images [${shape.join(", ")}], which the model takes`;
  throw new TypeError(complaint({ name: "examples", value, expected, example: "examples: test" }));
}

/** The float model as ops that the page computes. */
function floatTwin(model: tf.LayersModel, shape: PageData["shape"], count: number): FloatProgram {
  const program = floatProgramOf(model);
  const [input, output] = [program.inputs, program.outputs].map((indices) =>
    indices.map((index) => program.tensors[index]!.shape.slice(1).join(", ")).join(" and "),
  );
  if (input !== shape.join(", ") || output !== String(count)) {
    throw new TypeError(
      `invalid float: "${model.name}" makes [${output}] of [${input}] (expected the float model of which the integer model was made: [${count}] of [${shape.join(", ")}])`,
    );
  }
  for (const { type, layer } of program.ops) {
    if (isKnown(type)) continue;
    throw new TypeError(
      `invalid float: the page can't compute layer "${layer}" (${type}) in floats (leave the option out, and the integer model answers alone)`,
    );
  }
  return program;
}

function sizesText(model: IntegerModel, float: FloatProgram | undefined): string {
  const integer = `Weights of the integer model: ${bytesText(model.bytes)}`;
  if (!float) return `${integer}.`;
  const values = float.tensors.reduce((sum, tensor) => sum + (tensor.values?.byteLength ?? 0), 0);
  return `${integer}; of the float model: ${bytesText(values)}.`;
}

function record(data: Omit<Page, typeof displaySymbol>): Page {
  const rows = [["size", bytesText(data.bytes)]];
  const columns = [{ name: "part" }, { name: "value" }];
  // The method isn't enumerable, so that it isn't printed, and records are compared by their data.
  Object.defineProperty(data, displaySymbol, {
    value: () => table(columns, rows, { caption: `Page ${data.file}` }),
  });
  return data as Page;
}
