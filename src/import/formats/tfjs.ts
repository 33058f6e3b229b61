import type { BuiltLayer, BuiltModel } from "../build/model.js";
import { type Fields, isFields, type Json, listAt, parseJson } from "../config/json.js";
import type { OpenSource } from "../source/source.js";
import { type StoredArray, sizeOf } from "../storedArray.js";
import { checkLeftOver, type Filling, missing } from "../weights/fill.js";
import { type Slot, slotsOf } from "../weights/slots.js";
import { type ModelFile, versionOf } from "./modelFile.js";
import { type Spec, specOf, valuesOf } from "./tfjsValues.js";

/** @internal Reads a `model.json` of TensorFlow.js's, and the files of weights beside it. */
export async function readTfjs(source: OpenSource): Promise<ModelFile> {
  const json = parseJson(source.bytes, "the text");
  const topology = isFields(json) ? (json.modelTopology ?? null) : null;
  if (!isFields(json) || !isFields(topology)) {
    throw new Error("there is no modelTopology (expected a Layers model's model.json)");
  }
  if (json.format === "graph-model" || "node" in topology) {
    throw new Error(
      "it is a graph model, which has no layers (convert the Keras model itself: save it as .keras, and load that)",
    );
  }
  const config = isFields(topology.model_config!) ? topology.model_config : topology;
  const arrays = await arraysOf(json, source);
  const version = topology.keras_version ?? json.generatedBy;
  return {
    config,
    origin: versionOf(version),
    // Python's converter keeps Keras' configuration.
    isOwn: !/^\d/.test(String(version)),
    values: [...arrays.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    match(model) {
      const fillings = matched(model, arrays);
      const taken = new Set(fillings.map(({ array }) => array.path));
      checkLeftOver([...arrays.keys()].filter((path) => !taken.has(path)));
      return fillings;
    },
  };
}

async function arraysOf(json: Fields, source: OpenSource): Promise<Map<string, StoredArray>> {
  const arrays = new Map<string, StoredArray>();
  for (const [i, group] of listAt(json, "weightsManifest", "the file").entries()) {
    const where = `group ${i} of weightsManifest`;
    if (!isFields(group)) throw new Error(`${where} isn't an object (the file is damaged)`);
    const specs = listAt(group, "weights", where).map((spec) => specOf(spec));
    const bytes = await shardsOf(listAt(group, "paths", where), source);
    const expected = specs.reduce((sum, { bytes: size }) => sum + size, 0);
    if (bytes.length !== expected) {
      throw new Error(
        `the files of ${where} have ${bytes.length} bytes (expected ${expected}, the size of its weights)`,
      );
    }
    let at = 0;
    for (const spec of specs) {
      if (arrays.has(spec.name))
        throw new Error(`two weights have the name ${spec.name} (expected a name for each)`);
      const part = bytes.subarray(at, at + spec.bytes);
      if (!spec.isOptimizer) arrays.set(spec.name, arrayOf(spec, part));
      at += spec.bytes;
    }
  }
  return arrays;
}

const arrayOf = (spec: Spec, bytes: Uint8Array): StoredArray => ({
  path: spec.name,
  shape: spec.shape,
  read: () => valuesOf(spec, bytes),
});

async function shardsOf(paths: Json[], source: OpenSource): Promise<Uint8Array> {
  const shards: Uint8Array[] = [];
  for (const path of paths) {
    const outside = typeof path !== "string" || path === "" || /^[/\\]|\.\.|:|\\/.test(path);
    if (outside)
      throw new Error(
        `invalid path of weights: ${JSON.stringify(path)} (expected a file beside model.json)`,
      );
    shards.push(await source.beside(path));
  }
  if (shards.length === 1) return shards[0]!;
  const whole = new Uint8Array(shards.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const shard of shards) {
    whole.set(shard, at);
    at += shard.length;
  }
  return whole;
}

function matched(model: BuiltModel, arrays: ReadonlyMap<string, StoredArray>): Filling[] {
  return allSlots(model).map((slot) => {
    const name = slot.variable.originalName;
    const parts = name.split("/");
    // Python's converter writes the name of the cell as well, or the name without the layers around it.
    const found =
      arrays.get(name) ??
      [...arrays.values()].find(({ path }) => withoutCell(path) === name) ??
      arrays.get(parts.slice(-2).join("/"));
    if (!found) return missing(slot, name);
    return { slot, array: found };
  });
}

function withoutCell(path: string): string {
  const parts = path.split("/");
  return [...parts.slice(0, -2), parts.at(-1)!].join("/");
}

function allSlots({ layers }: BuiltModel): Slot[] {
  return layers.flatMap((layer: BuiltLayer) =>
    layer.inner ? allSlots(layer.inner) : slotsOf(layer),
  );
}
