import { foldedTopology, type Layer, type LayerNode } from "../../graph/index.js";
import {
  isChannelsFirst,
  makingWeight,
  nonlinearityOf,
  ruledWeights,
  ruleOf,
  withoutBound,
} from "../../layers/index.js";
import type { tf } from "../../tensorflow/index.js";

/**
 * A layer whose output channels can each be scaled, and all layers that read the channels through layers which
 * a positive factor passes: ReLU(s·x) = s·ReLU(x), max(s·x) = s·max(x).
 */
export interface Link {
  producer: Layer;
  /** Layers with kernels, whose input channels can be scaled by the inverse. */
  consumers: Layer[];
  /** The layers between the producer and the consumers. */
  between: LayerNode[];
}

/** Options of {@link findLinks}. */
export interface LinkOptions {
  /** Whether layer normalizations are producers as well. Default false. */
  normalizations?: boolean;
  /** Whether a ReLU with an upper bound counts as one without. Default false. */
  unbounded?: boolean;
}

/** The links of a model, and the layers with kernels whose output can't be scaled. */
export interface Links {
  links: Link[];
  /** The obstacle to scaling a layer's output, if there is one besides the layer itself. */
  left: Map<Layer, string | undefined>;
}

/** @internal The links of a model, in order, as they are when its batch normalization is folded. */
export function findLinks(model: tf.LayersModel, options: LinkOptions = {}): Links {
  const links: Link[] = [];
  const left: Links["left"] = new Map();
  for (const node of foldedTopology(model)) {
    const { layer } = node;
    // No layer reads the logits, so their layer isn't left.
    if (!makesChannels(layer, options.normalizations)) {
      if (ruledWeights(layer).length > 0 && !node.isOutput) left.set(layer, undefined);
      continue;
    }
    const link: Link = { producer: layer, consumers: [], between: [] };
    const obstacle = usedTwice(node) ?? follow(node, { link, ...options }, node.shape.at(-1)!);
    if (!obstacle) links.push(link);
    else if (!node.isOutput) left.set(layer, obstacle);
  }
  return { links, left };
}

/** Whether each channel of a layer's output can have a factor, apart from the nonlinearity. */
function makesChannels(layer: Layer, normalizations = false): boolean {
  const { scale } = ruleOf(layer);
  return makingWeight(layer) !== undefined || (normalizations && scale !== undefined);
}

/** @internal Whether a layer multiplies its inputs with weights whose input axis is known. */
export function readsChannels(layer: Layer): boolean {
  const reading = ruledWeights(layer).filter(({ from = "input" }) => from === "input");
  return reading.length > 0 && reading.every(({ inputs }) => inputs !== undefined);
}

/**
 * @internal
 * Whether a positive factor on a channel passes a layer.
 *
 * @param from the node whose output the layer reads
 */
export function passesFactor({ layer, inputs }: LayerNode, from: LayerNode, channels: number) {
  if (isChannelsFirst(layer)) return false;
  const { passesFactor = false } = ruleOf(layer);
  if (typeof passesFactor === "boolean") return passesFactor;
  const places = [...inputs.keys()].filter((i) => inputs[i] === from);
  return passesFactor(layer, { channels, inputs: places });
}

/** A link that is being followed. */
interface Way extends Pick<LinkOptions, "unbounded"> {
  link: Link;
}

/** Fills the link; returns the obstacle if there is one. */
function follow(node: LayerNode, way: Way, channels: number): string | undefined {
  const { layer, consumers, isOutput } = node;
  const { link, unbounded = false } = way;
  const loses = (layer: Layer) => unbounded && withoutBound(layer) !== undefined;
  if (isOutput) return `"${layer.name}", which is an output of the model`;
  const passes = ["linear", "relu"].includes(nonlinearityOf(layer)) || loses(layer);
  if (layer === link.producer && !passes) return describe(layer);
  if (isChannelsFirst(layer)) return describe(layer);
  for (const consumer of consumers) {
    const next = consumer.layer;
    const twice = usedTwice(consumer);
    // A recurrent layer's kernel doesn't multiply the state that the layer starts from.
    if (readsChannels(next) && consumer.inputs.length === 1) {
      if (twice || isChannelsFirst(next)) return twice ?? describe(next);
      link.consumers.push(next);
      continue;
    }
    if (!passesFactor(consumer, node, channels) && !loses(next)) return describe(next);
    link.between.push(consumer);
    const obstacle = follow(consumer, way, channels);
    if (obstacle) return obstacle;
  }
  return undefined;
}

/** A layer with weights that is used in several places would need one factor for all of them. */
function usedTwice({ layer, uses }: LayerNode): string | undefined {
  if (uses.length === 1 || layer.weights.length === 0) return undefined;
  return `"${layer.name}", which is used in ${uses.length} places`;
}

/** @internal A layer as a message names it, with what decides whether a factor passes it. */
export function describe(layer: Layer): string {
  const { activation, maxValue } = layer.getConfig() as { activation?: string; maxValue?: number };
  const order = isChannelsFirst(layer) ? "channels first" : undefined;
  const detail = order ?? activation ?? (maxValue ? `maximum ${maxValue}` : "");
  return `"${layer.name}" (${layer.getClassName()}${detail && `, ${detail}`})`;
}
