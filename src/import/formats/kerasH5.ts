import type { BuiltModel } from "../build/model.js";
import { parseJson } from "../config/json.js";
import { type Hdf5, openHdf5 } from "../hdf5/hdf5.js";
import { sizeOf } from "../storedArray.js";
import { checkLeftOver, type Filling, missing } from "../weights/fill.js";
import { legacyOrder } from "../weights/slots.js";
import { type ModelFile, versionOf } from "./modelFile.js";

const top = "model_weights";

/**
 * @internal
 * Reads a `.h5` file of Keras', versions 2 and 3: the configuration is an attribute, and each layer has a group with a list
 * of its weights.
 */
export function readKerasH5(bytes: Uint8Array): ModelFile {
  const file = openHdf5(bytes, "optimizer_weights");
  const { model_config: config, keras_version: version } = file.attributes("");
  if (typeof config !== "string") {
    throw new Error(
      "the HDF5 file has no model_config (expected a whole model as model.save writes it, not weights alone)",
    );
  }
  const arrays = [...file.arrays.values()].filter(({ path }) => path.startsWith(`${top}/`));
  return {
    config: parseJson(config, "model_config"),
    origin: versionOf(version),
    isOwn: false,
    values: arrays.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    match(model) {
      const fillings = matched(model, file);
      const taken = new Set(fillings.map(({ array }) => array.path));
      const others = arrays.map(({ path }) => path);
      checkLeftOver(others.filter((path) => !taken.has(path) && !path.includes("seed_generator")));
      return fillings;
    },
  };
}

function matched({ layers }: BuiltModel, file: Hdf5): Filling[] {
  return layers.flatMap((built) => {
    const slots = built.inner
      ? legacyOrder(built.inner)
      : legacyOrder({ model: built.layer as never, layers: [built] });
    const { name } = built.config;
    const group = `${top}/${name}`;
    const names = weightNames(file, group).filter((weight) => !weight.includes("seed_generator"));
    return slots.map((slot, i) => {
      const stated = names[i];
      const array = stated === undefined ? undefined : file.arrays.get(`${group}/${stated}`);
      if (!array) return missing(slot, `${group}/${stated ?? `…/${slot.name}`}`);
      const last = stated!.split("/").at(-1)!.replace(/:\d+$/, "");
      if (last === slot.name || last === otherNames[slot.name]) return { slot, array };
      throw new Error(
        `weight ${i} of layer "${name}" is ${stated} in the file (expected the ${slot.name} of layer "${slot.layer.name}")`,
      );
    });
  });
}

/** Names that Keras 3 gives to weights that had another one in Keras 2, as they have here. */
const otherNames: Readonly<Record<string, string>> = { depthwise_kernel: "kernel" };

/** The names of a group's weights in order; a list that is too long for an attribute is written in several. */
function weightNames(file: Hdf5, group: string): string[] {
  const attributes = file.attributes(group);
  const lists = ["weight_names", ...Array.from({ length: 1000 }, (_, i) => `weight_names${i}`)];
  return lists.flatMap((key) => {
    const list = attributes[key];
    return Array.isArray(list) ? list.map((name) => String(name).replace(/\0+$/, "")) : [];
  });
}
