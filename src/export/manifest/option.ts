import { complaint } from "../../arguments/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { Manifest } from "./form.js";
import { type ManifestOptions, manifest } from "./manifest.js";

/** Options of the manifest that an exporter writes beside its file, as {@link manifest} takes them. */
export type ManifestOption = Omit<ManifestOptions, "model" | "overwrite">;

/**
 * @internal
 * The manifest's options; `undefined` if none is asked for.
 *
 * @throws TypeError if the options aren't options, or if no file is written that a manifest could stand beside
 */
export function checkManifestOption(
  option: boolean | ManifestOption | undefined,
  file: string | null,
  example: string,
): ManifestOption | undefined {
  const isOption = typeof option === "boolean" || (typeof option === "object" && option !== null);
  if (option !== undefined && !isOption) {
    const expected = "true, or options as q.export.manifest takes them,";
    throw new TypeError(complaint({ name: "manifest", value: option, expected, example }));
  }
  if (option === undefined || option === false) return undefined;
  if (file !== null) return option === true ? {} : option;
  const expected = "a file beside which the manifest is written";
  throw new TypeError(complaint({ name: "file", value: file, expected, example }));
}

/** @internal Writes the manifest of a file that was just written, if one is asked for. */
export async function writeManifest(
  file: string | null,
  option: ManifestOption | undefined,
  { model, overwrite }: { model: tf.LayersModel; overwrite: boolean },
): Promise<Manifest | undefined> {
  if (option === undefined || file === null) return undefined;
  return await manifest(file, { ...option, model, overwrite });
}
