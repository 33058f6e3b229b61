import { listedLayers } from "../arguments/index.js";
import { type Layer, unknownIn } from "../layers/index.js";

/**
 * @internal
 * Names in a warning the layers that a function leaves as they are, because there is no rule for their types: what their
 * kernels do isn't known.
 *
 * @param task the function, as in `"q.compression.prune"`
 */
export function warnUnknown(task: string, layers: readonly Layer[]): void {
  const unknown = layers.filter(
    (layer) => unknownIn(layer) && layer.weights.some(({ shape }) => shape.length > 1),
  );
  const [first] = unknown;
  if (!first) return;
  const names = unknown.map((layer) => `"${layer.name}" (${layer.getClassName()})`);
  const type = unknownIn(first)!.getClassName();
  console.warn(
    `${task} leaves layers as they are, since there are no rules for their types: ${listedLayers(names)} (make one, as in q.registerLayer("${type}", { role: "computes", weights: { kernel: -1 } }))`,
  );
}
