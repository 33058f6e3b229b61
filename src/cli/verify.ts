import { parseArgs } from "node:util";
import { type VerifiedPart, type VerifyOptions, verify as verifyFile } from "../export/index.js";
import { load } from "../import/index.js";

export const usage = `usage: qatlab verify FILE… [--model MODEL] [--python PATH]

Compares files with their manifests, NAME.manifest.json: digests of all files, the outputs for the manifest's examples, and
the accuracy where the test data are those of q.datasets.digits(). Models and SavedModels run in this process, a .tflite or .onnx file in Python, where ai-edge-litert or onnxruntime is
installed; what can't be run here is said.

  --model MODEL   the model that the file was written of, whose weights and outputs are compared too: a folder with a
                  model.json, or a .keras or .h5 file; for a file with integers the integer model or the prepared one
  --python PATH   the Python that has ai-edge-litert or onnxruntime

Exit status: 0 when nothing differs, 1 when anything does or a manifest can't be read, 2 for a wrong call.
`;

const options = { model: { type: "string" }, python: { type: "string" } } as const;

/**
 * `npx qatlab verify`: compares files with their manifests, and prints a line for each part.
 *
 * @param python The Python that runs files, unless the call names one.
 * @returns The exit status.
 */
export async function verify(argv: string[], { python }: { python: string }): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  let files: string[];
  let chosen: { model?: string | undefined; python?: string | undefined };
  try {
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    [files, chosen] = [positionals, values];
    if (files.length === 0) throw new Error("no file named");
  } catch (error) {
    process.stderr.write(`qatlab verify: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const model = chosen.model === undefined ? undefined : await load(chosen.model);
    const verified = [];
    for (const file of files) {
      verified.push(await verifyOne(file, { model, python: chosen.python ?? python }));
    }
    return verified.every(Boolean) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`qatlab verify: ${(error as Error).message}\n`);
    return 1;
  }
}

async function verifyOne(file: string, options: VerifyOptions): Promise<boolean> {
  try {
    const { parts, holds } = await verifyFile(file, options);
    process.stdout.write(
      `${file}: ${holds ? "as its manifest says" : "differs from its manifest"}\n`,
    );
    for (const part of parts) process.stdout.write(`${lineOf(part)}\n`);
    return holds;
  } catch (error) {
    process.stderr.write(`${file}: ${(error as Error).message}\n`);
    return false;
  }
}

const marks: Record<VerifiedPart["result"], string> = {
  equal: "[ok]  ",
  different: "[FAIL]",
  unchecked: "[--]  ",
};

function lineOf({ part, result, detail }: VerifiedPart): string {
  return `${marks[result]} ${part}: ${detail}`;
}
