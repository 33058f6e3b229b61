import { listedLayers } from "../../arguments/index.js";
import { warnOf } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import { describe, type Links } from "./channels.js";
import { InapplicableError } from "./check.js";

/**
 * @internal
 * Names the layers that a technique can't scale, in a warning, or in an error if the technique can scale none.
 *
 * @param options `technique`; `task`, the verb of the error, as in `"smooth"`
 * @throws TypeError if no link was found; the message names the obstacles
 */
export function reportLinks(
  model: tf.LayersModel,
  { links, left }: Links,
  { technique, task }: { technique: string; task: string },
): void {
  const obstacles = new Set([...left].map(([layer, obstacle]) => obstacle ?? describe(layer)));
  if (links.length === 0) {
    const why = obstacles.size > 0 ? `: a factor doesn't pass ${listedLayers([...obstacles])}` : "";
    throw new InapplicableError(
      `cannot ${task}${why} (expected two layers with kernels, Conv2D or Dense say, with nothing but ReLU, pooling, Flatten between them)`,
    );
  }
  const layers = [...left].map(([layer, obstacle]) =>
    obstacle === undefined
      ? describe(layer)
      : `"${layer.name}" (a factor doesn't pass ${obstacle})`,
  );
  warnOf(model, technique, { subject: "the outputs of layers as they are", layers });
}
