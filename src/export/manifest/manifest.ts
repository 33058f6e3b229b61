import { checkFile, writeWholeFile } from "#door/export/files/file";
import { digestsOf, placeOf } from "#door/export/manifest/files";
import { checkCount, checkOptions, checkShare } from "../../arguments/index.js";
import { checkModel } from "../../graph/index.js";
import type { tf } from "../../tensorflow/index.js";
import { type InputData, inputsOf, type TrainingData } from "../../train/index.js";
import { checkPath } from "./checkManifest.js";
import { ownDigest } from "./digests.js";
import { factsOf } from "./facts.js";
import { checkForm, type Manifest } from "./form.js";
import { programIn } from "./integers.js";
import { vectorsEntry } from "./measure.js";

/** Options of {@link manifest}. */
export interface ManifestOptions {
  /** The model that the file was written of; for a file with integers the integer model, from {@link convert}. */
  model: tf.LayersModel;
  /**
   * The examples that the accuracy is measured on, with their targets; without targets, examples to run the file on. Their
   * digest is recorded. Default: none.
   */
  test?: TrainingData | InputData;
  /** The examples that ranges were found on; their digest is recorded. Default: none. */
  calibration?: InputData;
  /**
   * How many of the test examples the manifest holds, with the model's outputs, so that the file can be run again without
   * the data. Default 8; fewer where they would have more than 262,144 values.
   */
  vectors?: number;
  /**
   * The largest difference of outputs that counts as equal when the file is run again, as a share of the largest
   * output. Default 0 for an integer model, whose outputs are exact, and 1e-5 for others.
   */
  tolerance?: number;
  /** The seeds of the model, of the training, and so on. Default: none. */
  seeds?: Readonly<Record<string, number | string>>;
  /** Names of other files in the same folder that belong to the file; their digests are recorded. Default: none. */
  files?: readonly string[];
  /** The licence of the file, as in `"MIT"`. Default: none is named. */
  licence?: string;
  /** Who made the model, and where it is published. Default: none is named. */
  source?: string;
  /** Whether the manifest says when it was made: the same model then gives other bytes each time. Default false. */
  date?: boolean;
  /** Whether a manifest may be replaced. Default false. */
  overwrite?: boolean;
}

/**
 * Writes a manifest beside an exported file, `NAME.manifest.json`: digests of the file, of the model's weights, of test and
 * calibration data; the format of each layer, seeds and versions; the accuracy with its interval; provenance and licence
 * of the data; and some test examples with the model's outputs. `npx qatlab verify FILE` reads the manifest, computes the
 * digests anew and runs the file again. The same model, data and versions give the same manifest, byte for byte.
 *
 * @param file the path of the file, or of the folder, that was exported
 * @returns the manifest's content
 * @throws Error if the file doesn't exist, or if its manifest exists and may not be replaced; TypeError or RangeError if
 *   the model doesn't take the data
 * @example
 * const { folder } = q.export.savedModel(model, "exported/digits", { overwrite: true });
 * const made = await q.export.manifest(folder, { model, test, seeds: { model: 7 }, overwrite: true });
 * made.files.length; // 3
 * [made.accuracy!.correct, made.accuracy!.examples]; // [ 580, 600 ]
 */
export async function manifest(file: string, options: ManifestOptions): Promise<Manifest> {
  checkOptions<ManifestOptions>("q.export.manifest", options, {
    model: true,
    test: true,
    calibration: true,
    vectors: true,
    tolerance: true,
    seeds: true,
    files: true,
    licence: true,
    source: true,
    date: true,
    overwrite: true,
  });
  const { model, test, vectors = 8, files = [] } = options ?? {};
  checkModel(model!);
  checkCount("vectors", vectors, { least: 0 });
  const tolerance = options.tolerance ?? (programIn(model) ? 0 : 1e-5);
  checkShare("tolerance", tolerance);
  const { path, folder, manifest } = placeOf(file);
  const target = checkFile({
    file: manifest,
    overwrite: options.overwrite ?? false,
    example: "digits.tflite",
  });
  for (const name of files) checkPath(name, `files of q.export.manifest`);
  const digests = await digestsOf(path, folder);
  for (const name of files) digests.push(...(await digestsOf(`${folder}/${name}`, folder)));
  const inputs = test && inputsOf(model, test, "test");
  const { licence, source, versions, ...facts } = await factsOf(model, options);
  const entries: Manifest = {
    manifest: "qatlab",
    version: 1,
    files: digests,
    ...facts,
    vectors:
      inputs && vectors > 0 ? vectorsEntry(model, inputs, { count: vectors, tolerance }) : null,
    versions,
    licence,
    source,
    made: options.date ? new Date().toISOString() : null,
    sha256: "0".repeat(64),
  };
  const checked = checkForm(entries, "");
  const whole: Manifest = { ...checked, sha256: await ownDigest(checked) };
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  writeWholeFile(target, new TextEncoder().encode(text), "q.export.manifest");
  return whole;
}
