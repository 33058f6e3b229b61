import { parseArgs } from "node:util";
import { benchmark as measure } from "../benchmark/index.js";
import { type Dataset, dataset, digits, mnist } from "../datasets/index.js";

export const usage = `usage: qatlab benchmark FILE… [--data NAME] [--label COLUMN] [--threads N,N] [--runs N] [--python PATH]

Measures .onnx and .tflite files: bytes, the median and the 95th percentile of a call's time, accuracy with its 95 %
interval, and the predictions that differ from those of the first file. .onnx files run in ONNX Runtime
(npm install onnxruntime-node@1.30.0), .tflite files in LiteRT (pip install ai-edge-litert==2.3.0).

  --data NAME      digits (default), mnist, or a CSV file: the test part of the data set, all of a CSV file
  --label COLUMN   the column of the CSV file that names the class
  --threads N,N    the numbers of threads, each of which is measured (default 1,2)
  --runs N         how many calls are measured (default 200)
  --python PATH    the Python that has ai-edge-litert

Exit status: 0 when all was measured, 1 when a file or a runtime failed, 2 for a wrong call.
`;

const options = {
  data: { type: "string", default: "digits" },
  label: { type: "string" },
  threads: { type: "string", default: "1,2" },
  runs: { type: "string", default: "200" },
  python: { type: "string" },
} as const;

/**
 * `npx qatlab benchmark`: measures files, and prints a table.
 *
 * @param python The Python that runs LiteRT, unless the call names one.
 * @returns The exit status.
 */
export async function benchmark(argv: string[], { python }: { python: string }): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  let call: ReturnType<typeof parse>;
  try {
    call = parse(argv);
    if (call.positionals.length === 0) throw new Error("no file named");
  } catch (error) {
    process.stderr.write(`qatlab benchmark: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const { values, positionals } = call;
  try {
    const result = await measure(positionals, await examples(values), {
      threads: values.threads.split(",").map(Number),
      runs: Number(values.runs),
      python: values.python ?? python,
    });
    process.stdout.write(`${result.below()["text/plain"]}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`qatlab benchmark: ${(error as Error).message}\n`);
    return 1;
  }
}

function parse(argv: string[]) {
  return parseArgs({ args: argv, options, allowPositionals: true });
}

async function examples({ data, label }: { data: string; label?: string }): Promise<Dataset> {
  if (data === "digits") return (await digits()).test;
  if (data === "mnist") return (await mnist()).test;
  if (label === undefined) {
    throw new Error(`invalid --label: undefined (expected the column of ${data} with the classes)`);
  }
  return dataset(data, label);
}
