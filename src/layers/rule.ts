import type { tf } from "../tensorflow/index.js";
import type { ChannelAxes } from "./channelsLast.js";
import type { Layer } from "./layer.js";

/**
 * The effect of a layer on quantized values:
 *
 * - `"computes"`: makes new values, which are quantized;
 * - `"activation"`: applies a nonlinearity; a value that only this layer reads is quantized after the layer;
 * - `"joins"`: gives values of several inputs, which have to share a range; a value that only this layer reads
 *   is quantized after the layer, the output of a nonlinearity too;
 * - `"passes"`: passes values on as they are (all of them or some, perhaps in another place), or has quantized
 *   its values inside.
 */
export type LayerRole = "computes" | "activation" | "joins" | "passes";

/** The shapes of a layer's inputs and of its output at one of the layer's places, the batch first. */
export interface LayerShapes {
  inputs: readonly tf.Shape[];
  output: tf.Shape;
}

/**
 * The outputs that a layer computes from its inputs with a kernel, before bias and nonlinearity; their last
 * axis is the channels.
 */
export type LinearMap = (layer: Layer, x: tf.Tensor, kernel: tf.Tensor) => tf.Tensor;

/** How a layer uses one of its weights. */
export interface WeightRule {
  /** The axes of the output channels, counted from the last, as in `-1` or `[-2, -1]`. */
  outputs: ChannelAxes;
  /**
   * The axis that is summed over, the input channels, counted from the last. An axis that is among `outputs` too keeps
   * the channels apart, as in a depthwise kernel. Default: no axis is summed over (the weight is a table, say).
   */
  inputs?: number;
  /**
   * The values that the weight multiplies: the layer's input (default), or values that the layer computes
   * inside.
   */
  from?: "input" | "inside";
  /**
   * The values whose channels the weight makes: the layer's output before bias and nonlinearity (default), or
   * values that the layer computes inside.
   */
  to?: "output" | "inside";
  /**
   * The linear map, with any kernel in place of the layer's own, also one with more output channels. Techniques that
   * choose codes by it (GPTQ, AdaRound, bias correction) take only weights that have a linear map.
   */
  linear?: LinearMap;
  /**
   * A function that computes the values that the weight multiplies from the layer's input, if `from` is
   * `"inside"`.
   */
  seen?: (layer: Layer, x: tf.Tensor) => tf.Tensor;
}

/** The rule for a type of layers: how these layers are quantized, and how other techniques may change them. */
export interface LayerRule {
  role: LayerRole;
  /**
   * The weights to quantize: the property that keeps each, as in `kernel` or `cell.recurrentKernel`, and how the layer
   * uses it; or only the axes of its output channels, counted from the last. The first one is called the kernel.
   * Default none.
   */
  weights?: Readonly<Record<string, ChannelAxes | WeightRule>>;
  /**
   * The values inside the layer that are quantized: a name, and the parts whose `call` returns the values as
   * its first result, as in `{ state: ["cell"] }`. Parts of one name share a range. Default none.
   */
  values?: Readonly<Record<string, readonly string[]>>;
  /** Whether the layer's input is indices, which aren't quantized. Default false. */
  indices?: boolean;

  /** The property that keeps a bias for each channel of the output. Default none. */
  bias?: string;
  /**
   * The changes of the configuration that give a layer without a bias one. Default: the layer can't get a bias.
   */
  withBias?: (layer: Layer) => Record<string, unknown>;
  /**
   * The properties that keep, for each channel of the output, the number that multiplies the channel and the
   * number that is added to it, as a normalization's γ and β.
   */
  scale?: { factor: string; shift: string };

  /** The nonlinearity that is applied to each value alone, by tfjs's name. Default: the configuration's `activation`. */
  nonlinearity?: (layer: Layer) => string;
  /**
   * The changes of the configuration that take the upper bound from the layer's ReLU. Default
   * `{ activation: "relu" }`.
   */
  unbounded?: Record<string, unknown>;
  /**
   * Whether a positive factor on a channel of an input is the same factor on the same channel of the output: ReLU(s·x) =
   * s·ReLU(x). A function gets the number of channels, and which of the inputs have the factor. Default: no
   * factor passes.
   */
  passesFactor?: boolean | ((layer: Layer, at: { channels: number; inputs: number[] }) => boolean);
  /**
   * The number of groups of equal size within which channels may be mixed before the layer instead of after it,
   * as by a rotation; 1 if all channels may be mixed. Default: no channels may be mixed.
   */
  passesMatrix?: (layer: Layer, shapes: LayerShapes) => number;

  /**
   * Multiply-accumulate operations on one example. Default: each number of each weight is used once for each position of
   * the output, the channels apart; a layer without weights has none.
   */
  macs?: (layer: Layer, shapes: LayerShapes) => number;
  /** Whether the output is written into the memory of the input. Default false. */
  inPlace?: boolean;
  /**
   * Whether each vector along the last axis is an input of its own, a token. Default false: each example is an
   * input.
   */
  tokens?: boolean;
  /**
   * Whether the layer's gradient is computed from the layer's input alone, so that the layer can be
   * differentiated twice. Default false.
   */
  twiceDifferentiable?: boolean;
  /** Whether the layer is a batch normalization of tfjs's. Default false. */
  normalizesBatch?: boolean;
  /**
   * Whether a value that only this layer reads is quantized after the layer, as with a rotation. Default false.
   */
  quantizesAfter?: boolean;
  /**
   * Whether the layer compares its input with a value, as a mask does: the values that it reads, the model's
   * input included, are rounded after the layer. Default false.
   */
  compares?: boolean;
  /** Whether the layer does no more than average, interpolate or rescale its input. Default false. */
  resamples?: boolean;

  /**
   * Why the layer has no gradient, as in `"TensorFlow.js has no gradient of CropAndResize"`: a model isn't trained where the
   * layer, or a layer before it, has weights to train. Default: the layer has a gradient.
   */
  noGradient?: string;
  /**
   * Why the layer doesn't compute as its options say, as in `"TensorFlow.js passes over its dilationRate"`: a
   * model with the layer is neither trained nor quantized. Default: the layer computes as its options say.
   */
  notComputed?: string;
}

/** A rule, or a function that returns the rule for a layer, if the layer's options decide. */
export type LayerRules = LayerRule | ((layer: Layer) => LayerRule);

/** @internal Rules of several types. */
export type RuleTable = Readonly<Record<string, LayerRules>>;

/** @internal The rule for layers that put values in another place, or do nothing in inference. */
export const passes: LayerRule = { role: "passes" };
