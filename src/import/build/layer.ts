import type { Layer } from "../../layers/index.js";
import { classOf, layerOptions } from "../config/layerOptions.js";
import { checkLost } from "../config/lost.js";
import type { LayerConfig } from "../config/modelConfig.js";
import type { Context } from "./context.js";

/** @internal A layer's name and class for messages. */
export function nameOf({ name, className }: LayerConfig): string {
  return `layer "${name}" (${className})`;
}

/**
 * @internal
 * Makes a layer that isn't a model.
 *
 * @param options options that the file states elsewhere than in the layer's configuration
 * @throws Error if the layer isn't known, or doesn't take its options
 */
export function makeLayer(
  layer: LayerConfig,
  { origin, isOwn }: Context,
  options: Record<string, unknown> = {},
): Layer {
  const where = nameOf(layer);
  const { className, config } = layerOptions(layer, origin, where);
  const [type, fromConfig] = classOf(className);
  const stated = { ...config };
  const made = located(where, () =>
    fromConfig(type, { ...structuredClone(config), ...options, name: layer.name } as never),
  ) as unknown as Layer;
  if (!isOwn) checkLost(made, stated, where);
  return made;
}

/** @internal Names the layer in an error that doesn't. */
export function located<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (why.includes(where)) throw cause;
    throw new Error(`${where}: ${why}`, { cause });
  }
}
