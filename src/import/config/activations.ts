import { tf } from "../../tensorflow/index.js";
import { camelCase } from "./camelCase.js";
import { isFields, type Json } from "./json.js";

/** @internal The library that wrote a file; the same names mean other functions in some versions. */
export interface Origin {
  /** The first number of Keras' version; 2 for TensorFlow.js, which follows it. */
  keras: number;
}

/** Names of Keras' for activations that have another one here. */
const renamed: Readonly<Record<string, string>> = {
  silu: "swish",
  hard_swish: "hardSilu",
};

/**
 * @internal
 * The name of an activation, as TensorFlow.js registers it.
 *
 * @throws Error if there is no such activation
 */
export function activationOf(value: Json, { keras }: Origin, where: string): string {
  // Keras 3 writes a function of its own as an object.
  const name = isFields(value)
    ? typeof value.config === "string"
      ? value.config
      : value.class_name
    : value;
  if (typeof name !== "string") {
    throw new Error(`${where} has the activation ${JSON.stringify(value)} (expected its name)`);
  }
  // Keras 3 has x/6 + ½ there, Keras 2 and TensorFlow.js 0.2x + ½.
  const known =
    name === "hard_sigmoid" && keras >= 3 ? "hardSigmoid6" : (renamed[name] ?? camelCase(name));
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const found = [known, name].find((candidate) => Object.hasOwn(classNameMap, candidate));
  if (found !== undefined && !isFields(value)) return found;
  if (found !== undefined && isFields(value) && typeof value.config === "string") return found;
  throw new Error(
    `${where} has the activation ${name}, which isn't known (give a class with a method apply, as in { customObjects: { ${name}: class extends q.tf.serialization.Serializable { … } } })`,
  );
}
