import { complaint } from "../../arguments/index.js";
import { ownDigest } from "./digests.js";
import { checkForm, type Manifest, type ManifestTensor } from "./form.js";
import { valuesOf } from "./tensors.js";

/**
 * @internal
 * The manifest of a text.
 *
 * @param path the manifest's path, for messages
 * @param name the name of the file that the manifest has to be of
 * @throws Error if the text isn't JSON or has other entries than a manifest, if an entry was changed, or if the manifest
 *   is that of another file; the message names manifest and entry
 */
export async function parseManifest(text: string, path: string, name: string): Promise<Manifest> {
  try {
    const manifest = checkForm(parsed(text), "");
    for (const [i, file] of manifest.files.entries())
      checkPath(file.path, `entry files[${i}].path`);
    if ((await ownDigest(manifest)) !== manifest.sha256) {
      throw new Error("it was changed after it was written (its own digest is another one)");
    }
    const [first] = manifest.files[0]!.path.split("/");
    if (first !== name) throw new Error(`it is that of another file, ${JSON.stringify(first)}`);
    const { inputs = [], outputs = [] } = manifest.vectors ?? {};
    checkVectors("inputs", inputs);
    checkVectors("outputs", outputs);
    return manifest;
  } catch (cause) {
    throw new Error(`invalid manifest ${path}: ${(cause as Error).message}`, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("it isn't JSON, or it is damaged", { cause });
  }
}

/** @internal @throws RangeError if a path leads out of its folder, or isn't written with slashes alone */
export function checkPath(path: string, name: string): void {
  const steps = String(path).split("/");
  const isInside = steps.every((step) => step !== "" && step !== "." && step !== "..");
  const isPlain = typeof path === "string" && !/[\\:\0]/.test(path);
  if (isInside && isPlain) return;
  const expected = "the path of a file in the manifest's folder";
  const value = JSON.stringify(path) ?? String(path);
  throw new RangeError(complaint({ name, value, expected, example: '"digits.tflite"' }));
}

function checkVectors(kind: string, tensors: readonly ManifestTensor[]): void {
  const wrong = tensors.findIndex((tensor) => valuesOf(tensor) === undefined);
  if (wrong < 0) return;
  const { shape } = tensors[wrong]!;
  const place = `entry vectors.${kind}[${wrong}].values`;
  throw new RangeError(`invalid ${place}: another number of values than [${shape.join(", ")}] has`);
}
