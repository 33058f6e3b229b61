import { tf } from "../../tensorflow/index.js";
import type { Origin } from "../config/activations.js";
import type { LoadOptions } from "../source/options.js";

/** @internal The facts about a file that decide how its layers are built. */
export interface Context {
  origin: Origin;
  /** Whether TensorFlow.js wrote the file, so that its layers have all options. */
  isOwn: boolean;
}

/** @internal Runs a function while classes are registered under names. */
export function withClasses<T>(classes: LoadOptions["customObjects"], run: () => T): T {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const before = { ...classNameMap };
  for (const [name, type] of Object.entries(classes ?? {})) {
    classNameMap[name] = [type, type.fromConfig];
  }
  try {
    return run();
  } finally {
    for (const name of Object.keys(classes ?? {})) delete classNameMap[name];
    Object.assign(classNameMap, before);
  }
}
