import { checkChoice } from "../arguments/index.js";
import { c, manifest, onnx, savedModel, type TfliteMode, tflite } from "../export/index.js";
import { load } from "../import/index.js";
import { IntegerModel } from "../integer/index.js";
import { QuantizedLayer } from "../quantized/index.js";
import type { tf } from "../tensorflow/index.js";
import { command } from "./command.js";
import { calibrationNamed, dataNamed } from "./data.js";
import { type IntegerMode, integersOf } from "./integers.js";

export const usage = `usage: qatlab export MODEL --to FILE [--mode MODE] [--calibration DATA] [--manifest] [--test DATA] [--overwrite]

Writes a model for another runtime: a .tflite or .onnx file, or a folder with a SavedModel or C source.

  MODEL               a folder with a model.json, or a .keras or .h5 file: a float model, one from q.prepare or
                      q.quantize, or one from qatlab convert
  --to FILE           NAME.tflite, NAME.onnx, or a folder
  --format NAME       of a folder: saved-model (default) or c
  --mode MODE         float, dynamic, int8, int16x8 or int4 (default: the model's arithmetic)
  --calibration DATA  examples on which ranges are found: FILE.csv:LABEL, or digits
  --manifest          writes FILE.manifest.json too, for qatlab verify
  --test DATA         the examples of the manifest's accuracy, named as those of --calibration
  --overwrite         replaces what is there

Exit status: 0 when the file is written, 1 when it can't be, 2 for a wrong call.
`;

const options = {
  to: { type: "string" },
  format: { type: "string", default: "saved-model" },
  mode: { type: "string" },
  calibration: { type: "string" },
  test: { type: "string" },
  manifest: { type: "boolean", default: false },
  overwrite: { type: "boolean", default: false },
} as const;

const modes = ["float", "dynamic", "int8", "int16x8", "int4"];

/** `npx qatlab export`: writes a model for another runtime. @returns The exit status. */
export function exportModel(argv: string[]): Promise<number> {
  return command(argv, { name: "export", usage, options }, async (file, values) => {
    const { to, format, overwrite } = values;
    if (values.mode !== undefined) checkChoice("mode", values.mode, modes);
    checkChoice("format", format, ["saved-model", "c"]);
    const mode = values.mode as TfliteMode | undefined;
    const loaded = await load(file);
    const calibration =
      values.calibration === undefined
        ? undefined
        : await calibrationNamed(values.calibration, loaded);
    const kind = /\.(tflite|onnx)$/.exec(to!)?.[1] ?? format;
    const model = needsIntegers(loaded, kind, mode)
      ? await integersOf(loaded, { mode: mode as IntegerMode | undefined, calibration })
      : loaded;
    const bytes = await write(model, to!, { kind, mode, overwrite });
    process.stdout.write(`${to}: ${bytes.toLocaleString("en")} bytes\n`);
    if (!values.manifest) return;
    const test =
      values.test === undefined ? undefined : await dataNamed(values.test, loaded, "test");
    const { accuracy } = await manifest(to!, { model, test, calibration, overwrite });
    const share = accuracy ? `, ${accuracy.correct} of ${accuracy.examples} named rightly` : "";
    process.stdout.write(`${to}.manifest.json${share}\n`);
  });
}

/** Whether the file has integers that the model doesn't have yet. */
function needsIntegers(model: tf.LayersModel, kind: string, mode: TfliteMode | undefined): boolean {
  if (model instanceof IntegerModel) return false;
  if (kind === "c") return true;
  if (kind === "saved-model" || mode === "float" || mode === "dynamic") return false;
  return mode !== undefined || model.layers.some((layer) => layer instanceof QuantizedLayer);
}

async function write(
  model: tf.LayersModel,
  to: string,
  { kind, mode, overwrite }: { kind: string; mode: TfliteMode | undefined; overwrite: boolean },
): Promise<number> {
  switch (kind) {
    case "tflite":
      return (await tflite(model, to, { mode, overwrite })).bytes;
    case "onnx":
      return (await onnx(model, to, { mode: mode as never, overwrite })).bytes;
    case "c":
      return c(model as IntegerModel, to, { overwrite }).constantBytes;
    default:
      return savedModel(model, to, { overwrite }).bytes;
  }
}
