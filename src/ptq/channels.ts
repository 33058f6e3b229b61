import { type Layer, type LayerNode, topology } from "../models/topology.js";
import type { tf } from "../tensorflow/index.js";
import { InapplicableError } from "./check.js";
import { hasKernel } from "./network.js";

/**
 * A layer whose output channels can each be scaled, and all that read them through layers which a
 * positive factor passes: ReLU(s·x) = s·ReLU(x), max(s·x) = s·max(x).
 */
export interface Link {
  producer: Layer;
  /** Layers with kernels, whose input channels can be scaled by the inverse. */
  consumers: Layer[];
  /** What stands between. */
  between: LayerNode[];
}

/** Layers that keep channels apart and let a positive factor through, each with its condition. */
const passing: Record<
  string,
  (
    config: Record<string, unknown>,
    at: { node: LayerNode; from: LayerNode; channels: number },
  ) => boolean
> = {
  ReLU: ({ maxValue }) => maxValue === null || maxValue === undefined,
  LeakyReLU: () => true,
  Activation: ({ activation }) => activation === "relu" || activation === "linear",
  MaxPooling2D: () => true,
  AveragePooling2D: () => true,
  GlobalAveragePooling1D: () => true,
  GlobalAveragePooling2D: () => true,
  GlobalMaxPooling2D: () => true,
  ZeroPadding2D: () => true,
  Dropout: () => true,
  Flatten: () => true,
  Reshape: ({ targetShape }, { channels }) => (targetShape as number[]).at(-1)! % channels === 0,
  // Attention takes means of the values, its second input, feature by feature.
  AttentionOutput: (_, { node, from }) => node.inputs[1] === from && node.inputs[0] !== from,
};

/** Whether each feature is multiplied by a factor of its own, as a normalization's γ does. */
function hasScale(layer: Layer): boolean {
  return layer.getClassName().startsWith("LayerNorm") && layer.getWeights().length === 2;
}

/**
 * @internal
 * The links of a model whose batch normalization is folded, in order; and of other layers with
 * kernels, what stands in the way of their output's scaling.
 *
 * @param options `normalizations`: layer normalizations are producers as well
 */
export function links(
  model: tf.LayersModel,
  { normalizations = false } = {},
): { found: Link[]; obstacles: string[] } {
  const found: Link[] = [];
  const obstacles: string[] = [];
  for (const node of topology(model)) {
    const { layer } = node;
    if (!hasKernel(layer) && !(normalizations && hasScale(layer))) continue;
    const link: Link = { producer: layer, consumers: [], between: [] };
    const obstacle = follow(node, link);
    if (!obstacle) found.push(link);
    // The logits have no reader, as they should.
    else if (!node.isOutput) obstacles.push(obstacle);
  }
  return { found, obstacles };
}

/** Fills the link; returns what stands in the way, if anything does. */
function follow(node: LayerNode, link: Link): string | undefined {
  const { layer, consumers } = node;
  const own = layer.getConfig().activation;
  if (node.isOutput) return `"${layer.name}" is an output of the model`;
  if (hasKernel(layer) && own !== undefined && own !== "linear" && own !== "relu") {
    return describe(layer);
  }
  for (const consumer of consumers) {
    const next = consumer.layer;
    if (hasKernel(next)) {
      link.consumers.push(next);
      continue;
    }
    const channels = (link.producer.outputShape as tf.Shape).at(-1)!;
    const at = { node: consumer, from: node, channels };
    const passes = passing[next.getClassName()]?.(next.getConfig(), at);
    if (!passes) return describe(next);
    link.between.push(consumer);
    const obstacle = follow(consumer, link);
    if (obstacle) return obstacle;
  }
  return undefined;
}

function describe(layer: Layer): string {
  const { activation, maxValue } = layer.getConfig() as { activation?: string; maxValue?: number };
  const how = activation ?? (maxValue ? `maximum ${maxValue}` : "");
  return `"${layer.name}" (${layer.getClassName()}${how && `, ${how}`})`;
}

/** @internal @throws TypeError when no link was found, naming what stands in the way */
export function checkLinks({ found, obstacles }: ReturnType<typeof links>, what: string): void {
  if (found.length > 0) return;
  const why =
    obstacles.length > 0 ? `: a factor doesn't pass ${[...new Set(obstacles)].join(", ")}` : "";
  throw new InapplicableError(
    `cannot ${what}${why} (expected two Conv2D, DepthwiseConv2D or Dense layers with nothing but ReLU, pooling, Flatten between them)`,
  );
}
