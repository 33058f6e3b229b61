import { placeOf, readText } from "#door/export/manifest/files";
import { checkOptions } from "../../arguments/index.js";
import { Dataset } from "../../datasets/index.js";
import { displaySymbol, type MimeBundle, table } from "../../display/index.js";
import { checkModel } from "../../graph/index.js";
import { environment, type tf } from "../../tensorflow/index.js";
import { checkedFiles } from "./checkedFiles.js";
import { parseManifest } from "./checkManifest.js";
import { checkedData, type Examples } from "./data.js";
import type { Manifest } from "./form.js";
import { modelParts } from "./modelParts.js";
import { rerunParts } from "./rerun/rerun.js";

/** The comparison of a part of a manifest with the files, the model and the outputs of today. */
export interface VerifiedPart {
  /** The part, as in `"file digits.tflite"`. */
  part: string;
  /** `"unchecked"` where the comparison can't be made here. */
  result: "equal" | "different" | "unchecked";
  /** The values that differ, the reason why a part can't be compared, or the values that are equal. */
  detail: string;
}

/** The record of {@link verify}; as a cell's last expression it shows a table. */
export interface Verification {
  /** The absolute path of the file. */
  file: string;
  parts: VerifiedPart[];
  /** Whether no part is different. */
  holds: boolean;
  [displaySymbol](): MimeBundle;
}

/** Options of {@link verify}. */
export interface VerifyOptions {
  /**
   * The model that the file was written of, whose weights and outputs are then compared; for a file with integers the
   * integer model or the model that it was converted from. Default: the weights stay unchecked.
   */
  model?: tf.LayersModel;
  /** The test examples of the manifest. Default: they are compared if they are examples of the embedded digits. */
  test?: Examples;
  /** The calibration examples of the manifest. Default: as for `test`. */
  calibration?: Examples;
  /** The Python that runs `.tflite` and `.onnx` files. Default `"python3"`. */
  python?: string;
}

/**
 * Compares a file with its manifest: digests of all files, the weights and outputs of the model if there is one, and the
 * outputs of the file for the manifest's examples. A SavedModel runs in this process, a `.tflite` file in Python's `ai-edge-litert`, an `.onnx`
 * file in Python's `onnxruntime`, where these are installed. A file with another digest isn't run.
 *
 * @param file the path of a file or folder with a manifest beside it, from {@link manifest}
 * @throws Error if there is no manifest, if the manifest is damaged, was changed, or is that of another file
 * @example
 * const { folder } = q.export.savedModel(model, "exported/digits", { overwrite: true });
 * await q.export.manifest(folder, { model, test, overwrite: true });
 * (await q.export.verify(folder, { model })).holds; // true
 */
export async function verify(file: string, options: VerifyOptions = {}): Promise<Verification> {
  checkOptions<VerifyOptions>("q.export.verify", options, {
    model: true,
    test: true,
    calibration: true,
    python: true,
  });
  const { python = "python3" } = options;
  if (options.model !== undefined) checkModel(options.model);
  const place = placeOf(file);
  const manifest = await parseManifest(await readText(place.manifest), place.manifest, place.name);
  const test = await checkedData("test", manifest.test, options.test);
  const calibration = await checkedData("calibration", manifest.calibration, options.calibration);
  const files = await checkedFiles(manifest, place);
  const parts = [...files, ...(await modelParts(manifest, options.model, calibration.data))];
  parts.push(...[test.part, calibration.part].filter((part) => part !== undefined));
  const isWhole = files.every(({ result }) => result === "equal");
  parts.push(
    ...(await rerunParts(manifest, { path: place.path, isWhole, python, test: test.data })),
  );
  for (const { data } of [test, calibration]) {
    if (data !== options.test && data !== options.calibration && data instanceof Dataset)
      data.dispose();
  }
  parts.push(...checkedVersions(manifest));
  return summary(place.path, parts);
}

/** Other versions may make other numbers, but are no difference of the file. */
function checkedVersions({ versions }: Manifest): VerifiedPart[] {
  const here = environment();
  return (["tensorflow", "tfjs", "node"] as const)
    .filter((name) => versions[name] !== here[name])
    .map((name) => ({
      part: `version of ${name}`,
      result: "unchecked",
      detail: `made with ${versions[name]}, and this is ${here[name]}`,
    }));
}

function summary(file: string, parts: VerifiedPart[]): Verification {
  const record = { file, parts, holds: parts.every(({ result }) => result !== "different") };
  const show = () => {
    const columns = [{ name: "part" }, { name: "result" }, { name: "detail" }];
    const rows = parts.map(({ part, result, detail }) => [part, result, detail]);
    return table(columns, rows, {
      caption: `${file}: ${record.holds ? "as its manifest says" : "differs from its manifest"}`,
    });
  };
  // The method isn't enumerable, so that it isn't printed, and records are compared by their data.
  Object.defineProperty(record, displaySymbol, { value: show });
  return record as Verification;
}
