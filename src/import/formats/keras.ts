import type { BuiltModel } from "../build/model.js";
import { isFields, parseJson } from "../config/json.js";
import { type Hdf5, openHdf5 } from "../hdf5/hdf5.js";
import { type StoredArray, sizeOf } from "../storedArray.js";
import { checkLeftOver, type Filling, missing } from "../weights/fill.js";
import { numbered, slotsOf } from "../weights/slots.js";
import { readZip } from "../zip/zip.js";
import { type ModelFile, versionOf } from "./modelFile.js";

const weightsFile = "model.weights.h5";

/**
 * @internal
 * Reads a `.keras` file: a zip archive of the configuration and the weights. Keras names a layer's weights by the layer's class
 * and its place among the layers of that class.
 */
export async function readKeras(bytes: Uint8Array, maxBytes: number): Promise<ModelFile> {
  const entries = readZip(bytes, maxBytes);
  const read = (name: string) => {
    const entry = entries.get(name);
    if (entry) return entry.read();
    const names = [...entries.keys()].slice(0, 5).join(", ") || "nothing";
    throw new Error(
      `the archive has no ${name} (expected an archive that Keras 3 wrote; there is ${names})`,
    );
  };
  const metadata = entries.has("metadata.json")
    ? parseJson(await read("metadata.json"), "metadata.json")
    : {};
  const config = parseJson(await read("config.json"), "config.json");
  const file = openHdf5(await read(weightsFile), "optimizer");
  const arrays = [...file.arrays.values()].filter(isWeight);
  return {
    config,
    origin: versionOf(isFields(metadata) ? metadata.keras_version : undefined),
    isOwn: false,
    values: arrays.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    match(model) {
      const fillings = matched(model, file, "");
      const taken = new Set(fillings.map(({ array }) => array.path));
      checkLeftOver(arrays.map(({ path }) => path).filter((path) => !taken.has(path)));
      return fillings;
    },
  };
}

/** Layers that draw random numbers keep the state of a generator. */
function isWeight({ path }: StoredArray): boolean {
  return !path.split("/").includes("seed_generator");
}

function matched({ layers }: BuiltModel, file: Hdf5, before: string): Filling[] {
  const names = numbered(layers, ({ config }) => config.className, `${before}layers/`);
  return Object.entries(names).flatMap(([path, built]) => {
    if (built.inner) return matched(built.inner, file, `${path}/`);
    return slotsOf(built).map((slot) => {
      const place = `${path}/${slot.path}`;
      const array = file.arrays.get(place);
      if (!array) return missing(slot, place);
      checkName(file, path, built.config.name);
      return { slot, array };
    });
  });
}

/** Newer versions of Keras write the layer's name beside its weights. */
function checkName(file: Hdf5, path: string, name: string): void {
  const { name: stated } = file.attributes(`${path}/vars`);
  if (stated === undefined || stated === null || stated === name) return;
  throw new Error(
    `${path} holds the weights of layer "${stated}" (expected those of layer "${name}"; the file's parts belong to different models)`,
  );
}
