import { listedLayers } from "../arguments/index.js";
import { findHost } from "../display/index.js";
import type { tf } from "../tensorflow/index.js";

/** The warnings of each model: a chain of techniques, or a search for the best ones, meets the same model many times. */
const warnings = new WeakMap<object, Set<string>>();
/** The key of a notebook's warnings: its cells build the same network anew, for each seed or setting. */
const notebook = {};

/**
 * @internal
 * Names the parts that a technique leaves, if it leaves any: in a warning, once for each model; in a notebook in a line
 * that isn't red, since the technique works as it should, once for all models whose line has the same text.
 *
 * @param subject the parts, as in `"the outputs of layers as they are"`
 */
export function warnOf(
  model: tf.LayersModel,
  technique: string,
  { subject, layers }: { subject: string; layers: readonly string[] },
): void {
  const text = `${technique} leaves ${subject}: ${listedLayers(layers)}`;
  const inTerminal = findHost().name === "terminal";
  const key = inTerminal ? model : notebook;
  const before = warnings.get(key) ?? new Set();
  if (layers.length === 0 || before.has(text)) return;
  warnings.set(key, before.add(text));
  if (inTerminal) console.warn(text);
  else console.info(text);
}
