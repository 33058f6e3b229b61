import type { serialization } from "@tensorflow/tfjs";
import { checkCount, checkOptions, complaint } from "../../arguments/index.js";

/** Options of {@link load}. */
export interface LoadOptions {
  /**
   * The SHA-256 of the file in hexadecimal digits; or, for a `model.json` with files of weights, the SHA-256 of each
   * file by its name, as in `{ "model.json": "…", "group1-shard1of1.bin": "…" }`. Default: the files aren't
   * compared.
   */
  sha256?: string | Readonly<Record<string, string>>;
  /**
   * Classes for layers, initializers, constraints, regularizers and activations that TensorFlow.js doesn't know, by
   * the class names in the file. Default none; classes registered by `q.tf.serialization.registerClass` are known.
   */
  customObjects?: Readonly<
    Record<string, serialization.SerializableConstructor<serialization.Serializable>>
  >;
  /** The number of bytes that are read or unpacked at most. Default 2³¹. */
  maxBytes?: number;
}

/** @internal @throws TypeError or RangeError if an option is invalid */
export function checkLoadOptions(options: LoadOptions | undefined): void {
  checkOptions<LoadOptions>("q.models.load", options, {
    sha256: true,
    customObjects: true,
    maxBytes: true,
  });
  const { sha256, customObjects, maxBytes } = options ?? {};
  if (maxBytes !== undefined) checkCount("maxBytes", maxBytes);
  const digests = typeof sha256 === "object" && sha256 !== null ? Object.values(sha256) : [sha256];
  for (const digest of sha256 === undefined ? [] : digests) {
    if (typeof digest === "string" && /^[0-9a-f]{64}$/i.test(digest)) continue;
    const expected = "64 hexadecimal digits, or an object of these by file names";
    throw new TypeError(complaint({ name: "sha256", value: digest, expected }));
  }
  for (const [name, value] of Object.entries(customObjects ?? {})) {
    if (typeof value === "function") continue;
    const expected = `a class, as in { ${name}: class extends q.tf.layers.Layer { … } }`;
    throw new TypeError(complaint({ name: `customObjects.${name}`, value, expected }));
  }
}
