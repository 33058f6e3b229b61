import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkChoice } from "../arguments/index.js";
import { load } from "../import/index.js";
import type { KernelName } from "../integer/index.js";
import { command } from "./command.js";
import { calibrationNamed } from "./data.js";
import { integersOf } from "./integers.js";

export const usage = `usage: qatlab convert MODEL --to FOLDER [--calibration DATA] [--kernel NAME]

Converts a model to one that computes with integers only, as q.convert does, and saves it as a TensorFlow.js model, which
q.models.load and qatlab export read. A model from q.prepare or q.quantize keeps its formats; a float model is quantized to
8 bits first, with a scale for each channel of the weights.

  MODEL               a folder with a model.json, or a .keras or .h5 file
  --to FOLDER         a new folder
  --calibration DATA  examples on which ranges are found: FILE.csv:LABEL, or digits
  --kernel NAME       xnnpack (default), tflite-reference or tflite-optimized

Exit status: 0 when the folder is written, 1 when it can't be, 2 for a wrong call.
`;

const options = {
  to: { type: "string" },
  calibration: { type: "string" },
  kernel: { type: "string", default: "xnnpack" },
} as const;

/** `npx qatlab convert`: converts a model to integers. @returns The exit status. */
export function convert(argv: string[]): Promise<number> {
  return command(argv, { name: "convert", usage, options }, async (file, { to, ...values }) => {
    const folder = resolve(to!);
    checkChoice("kernel", values.kernel, ["xnnpack", "tflite-reference", "tflite-optimized"]);
    if (existsSync(folder) && readdirSync(folder).length > 0) {
      throw new Error(`folder ${folder} isn't empty (choose another folder)`);
    }
    const model = await load(file);
    const calibration =
      values.calibration === undefined
        ? undefined
        : await calibrationNamed(values.calibration, model);
    const integer = await integersOf(model, { calibration, kernel: values.kernel as KernelName });
    await integer.save(String(pathToFileURL(folder)));
    process.stdout.write(`${folder}: ${integer}\n`);
    for (const note of integer.notes) process.stdout.write(`  ${note}\n`);
  });
}
