import { pythonRunner } from "#door/export/manifest/rerun/python";
import { Dataset } from "../../../datasets/index.js";
import type { Examples } from "../data.js";
import type { Manifest, ManifestAccuracy, ManifestTensor } from "../form.js";
import { tensorEntry, valuesOf } from "../tensors.js";
import type { VerifiedPart } from "../verify.js";
import { differenceOf } from "./compare.js";
import { runModel } from "./model.js";
import type { Runner } from "./runner.js";
import { runSavedModel } from "./savedModel.js";

/** How a file is run. */
interface RerunOptions {
  path: string;
  /** Whether all files are as the manifest says. */
  isWhole: boolean;
  python: string;
  /** The test examples, if they are there. */
  test: Examples | undefined;
}

/** @internal A file's outputs for a manifest's examples, and its accuracy, compared with those in the manifest. */
export async function rerunParts(
  { vectors, files, accuracy }: Manifest,
  { path, isWhole, python, test }: RerunOptions,
): Promise<VerifiedPart[]> {
  if (!vectors) return [unchecked("the manifest has no examples to run the file on")];
  if (!isWhole) return [unchecked("files differ, so that nothing was run")];
  const paths = files.map((file) => file.path);
  const runner = runnerFor(paths, python);
  if (typeof runner === "string") return [unchecked(runner)];
  const count = vectors.inputs[0]!.shape[0] ?? 0;
  try {
    const rerun = await runner(path, vectors.inputs);
    if ("reason" in rerun) return [unchecked(rerun.reason)];
    const difference = differenceOf(rerun.outputs, vectors.outputs, vectors.tolerance);
    const detail = `${count} examples in ${rerun.runtime}${difference && `: ${difference}`}`;
    const outputs: VerifiedPart = { part, result: difference ? "different" : "equal", detail };
    if (!accuracy || !(test instanceof Dataset)) return [outputs];
    const inputs = [tensorEntry(vectors.inputs[0]!.name, test.xs)];
    const all = await runner(path, inputs);
    return [outputs, ...("reason" in all ? [] : [accuracyPart(all.outputs[0]!, test, accuracy)])];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ part, result: "different", detail: `it doesn't run: ${why.split("\n")[0]}` }];
  }
}

const part = "outputs";

function unchecked(detail: string): VerifiedPart {
  return { part, result: "unchecked", detail };
}

function accuracyPart(
  output: ManifestTensor,
  { ys }: Dataset,
  { correct, examples }: ManifestAccuracy,
): VerifiedPart {
  const labels = ys.dataSync();
  const logits = valuesOf(output) ?? new Float32Array();
  const classes = logits.length / labels.length;
  const right = labels.filter((label, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row)) === label;
  }).length;
  const is = `${right} of ${labels.length} are named rightly`;
  const isEqual = right === correct && labels.length === examples;
  const detail = isEqual ? is : `${is}, not ${correct} of ${examples}`;
  return { part: "accuracy", result: isEqual ? "equal" : "different", detail };
}

/** Files that aren't run here, with the way to run them. */
const unrun: readonly (readonly [RegExp, string])[] = [
  [
    /\.[ch]$/,
    "C isn't compiled here (compile the folder's files: main.c returns 0 if all codes are the model's)",
  ],
  [/\.html$/, "a page isn't opened here (open it in a browser)"],
];

/** The runner for a file, or the reason why there is none. */
function runnerFor(paths: readonly string[], python: string): Runner | string {
  const [first] = paths;
  if (paths.some((path) => path.endsWith("/saved_model.pb"))) return runSavedModel;
  if (/\.(tflite|onnx)$/.test(first!)) return pythonRunner(python);
  if (paths.some((path) => /(\/model\.json|^[^/]+\.(keras|h5))$/.test(path))) return runModel;
  const named = unrun.find(([ending]) => ending.test(first!));
  if (named) return named[1];
  const kind = /\.[a-z0-9]+$/i.exec(first!)?.[0] ?? "such";
  return `${kind} files aren't run`;
}
