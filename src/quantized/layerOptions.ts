import type { serialization } from "@tensorflow/tfjs";
import { checkChoice, checkOptions } from "../arguments/index.js";
import type {
  Estimator,
  EstimatorChoice,
  GradientFormat,
  TensorRole,
} from "../estimators/index.js";
import { chosen, estimatorFor } from "../estimators/index.js";
import type { Layer } from "../graph/index.js";
import { checkPath, ruledWeights, ruleOf } from "../layers/index.js";
import type { IntegerFormat } from "../quantizers/index.js";
import { formatConfig, formatFromConfig } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { QuantizedLayer } from "./quantizedLayer.js";
import { TensorQuantizer } from "./tensorQuantizer.js";

/** An estimator of gradients for all tensors, or one for weights and one for activations. */
export type EstimatorOption = EstimatorChoice | EstimatorsByRole;

/** An estimator of gradients for weights and one for activations. The default of both is `"clippedSte"`. */
export interface EstimatorsByRole {
  /** The estimator for weights. */
  weights?: EstimatorChoice;
  /** The estimator for the outputs of layers, and for values inside them. */
  activations?: EstimatorChoice;
}

/** How the biases of layers with quantized weights are computed with. */
export type Biases = "float" | "grid";

/** The options of a {@link QuantizedLayer}. */
export interface QuantizedLayerOptions {
  /** The layer that computes. */
  layer: Layer;
  /** Whether the weights and learned ranges are trained. Default: the `trainable` of `layer`. */
  trainable?: boolean;
  /** The format of the layer's weights, if the weights are quantized. */
  weights?: IntegerFormat;
  /** The format of the layer's output and of values inside it, if these are quantized. */
  activations?: IntegerFormat;
  /**
   * Whether the layer's output is quantized too, not only values inside it. Default: true, unless the layer's
   * rule names values inside.
   */
  output?: boolean;
  /** How gradients pass through rounding. Default `"clippedSte"`. */
  estimator?: EstimatorOption;
  /** The momentum of the moving average by which ranges follow the values in training. Default: ranges stay. */
  momentum?: number;
  /** How the gradient of the layer's output is quantized. Default: the gradient stays in float32. */
  gradients?: GradientFormat;
  /**
   * Whether the bias is rounded to the grid of an integer layer's accumulators, as {@link prepare} says. Default
   * `"float"`.
   */
  biases?: Biases;
  /**
   * The modes of the quantizers, in their order. Default: all quantizers round, and those with a momentum
   * observe.
   */
  modes?: readonly QuantizerModes[];
}

/** The modes of a quantizer. */
export interface QuantizerModes {
  fakeQuantizing: boolean;
  observing: boolean;
  /** Whether calibration found no range, so that values pass in float. Default false. */
  withoutRange?: boolean;
}

/**
 * The options, checked.
 *
 * @throws TypeError if `layer` isn't a layer, or for an option that doesn't exist
 */
export function checkQuantizedLayerOptions(options: QuantizedLayerOptions): QuantizedLayerOptions {
  checkOptions<QuantizedLayerOptions>("q.QuantizedLayer", options, {
    layer: true,
    trainable: true,
    weights: true,
    activations: true,
    output: true,
    estimator: true,
    momentum: true,
    gradients: true,
    biases: true,
    modes: true,
  });
  if (!(options?.layer instanceof tf.layers.Layer)) {
    throw new TypeError(
      `invalid layer: ${String(options?.layer)} (expected { layer } with one of tfjs's, as in new q.QuantizedLayer({ layer: q.tf.layers.dense({ units: 10 }), weights: q.int(8) }))`,
    );
  }
  checkBiasesOption(options.biases);
  return options;
}

/** @internal @throws TypeError if `biases` is neither `"float"` nor `"grid"` */
export function checkBiasesOption(biases: unknown = "float"): void {
  checkChoice("biases", biases, ["float", "grid"], { example: '{ biases: "grid" }' });
}

/**
 * @internal
 * The estimator of a role.
 *
 * @throws TypeError if the estimator is unknown, or is chosen for a role that it isn't made for
 */
export function estimatorOf(option: EstimatorOption, role: TensorRole): Estimator {
  if (typeof option !== "object" || option === null || "name" in option || "backward" in option) {
    return estimatorFor(option as EstimatorChoice, role);
  }
  if (!("weights" in option || "activations" in option)) {
    throw new TypeError(
      `invalid estimator: { ${Object.keys(option).join(", ")} } (expected weights, activations or both, as in { weights: "lsq", activations: "pact" })`,
    );
  }
  const estimator = chosen(option[role] ?? "clippedSte");
  const { name, roles } = estimator;
  if (roles && !roles.includes(role)) {
    throw new TypeError(
      `invalid estimator: ${name} for ${role} (it is made for ${roles.join(" and ")})`,
    );
  }
  return estimator;
}

/** @internal The quantizers of a layer, by their rule. */
export function quantizersOf(options: QuantizedLayerOptions) {
  const { layer, weights, activations, estimator = "clippedSte", momentum } = options;
  const rule = ruleOf(layer);
  const named = ruledWeights(layer, rule);
  if (weights && named.length === 0) {
    throw new TypeError(
      `invalid weights: ${weights} for layer "${layer.name}" (${layer.getClassName()} has no kernel)`,
    );
  }
  const make = (name: string, role: TensorRole, format: IntegerFormat, channelAxes = [-1]) =>
    new TensorQuantizer(name, {
      role,
      format,
      estimator: estimatorOf(estimator, role),
      channelAxes,
      momentum,
    });
  const weightQuantizers = new Map<string, TensorQuantizer>();
  const valueQuantizers = new Map<string, TensorQuantizer>();
  const parts = new Map<string, TensorQuantizer>();
  for (const { path, outputs } of weights ? named : []) {
    weightQuantizers.set(path, make(path, "weights", weights!, [outputs].flat() as number[]));
  }
  for (const [name, sites] of Object.entries((activations && rule.values) || {})) {
    const quantizer = make(name, "activations", activations!);
    valueQuantizers.set(name, quantizer);
    for (const path of sites) {
      checkPath(layer, path);
      parts.set(path, quantizer);
    }
  }
  const quantizesOutput = options.output ?? valueQuantizers.size === 0;
  return {
    weights: weightQuantizers,
    values: valueQuantizers,
    parts,
    output: activations && quantizesOutput ? make("output", "activations", activations) : undefined,
  };
}

/** @internal A quantized layer as plain data, with its present formats. */
export function configOf({
  inner,
  options,
  weightFormat,
  activationFormat,
  outputQuantizer,
  quantizers,
}: QuantizedLayer): serialization.ConfigDict {
  const { estimator = "clippedSte", momentum, gradients, biases = "float" } = options;
  return {
    layer: { className: inner.getClassName(), config: inner.getConfig() },
    weights: weightFormat ? formatConfig(weightFormat) : null,
    activations: activationFormat ? formatConfig(activationFormat) : null,
    output: outputQuantizer !== undefined,
    estimator: {
      weights: estimatorOf(estimator, "weights").name,
      activations: estimatorOf(estimator, "activations").name,
    },
    momentum: momentum ?? null,
    gradients: gradients ? { ...gradients } : null,
    biases,
    modes: quantizers.map(({ fakeQuantizing, observing, withoutRange }) => ({
      fakeQuantizing,
      observing,
      withoutRange,
    })),
  };
}

/** @internal The options from the plain data of {@link configOf}. */
export function optionsFrom(config: serialization.ConfigDict): QuantizedLayerOptions {
  const { className, config: inner } = config.layer as Record<string, never>;
  const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className!]!;
  return {
    layer: fromConfig(type, inner!) as unknown as Layer,
    trainable: config.trainable as boolean | undefined,
    weights: formatFromConfig(config.weights),
    activations: formatFromConfig(config.activations),
    output: config.output as boolean | undefined,
    estimator: config.estimator as EstimatorOption,
    momentum: (config.momentum as number | null) ?? undefined,
    gradients: (config.gradients as unknown as GradientFormat | null) ?? undefined,
    biases: config.biases as Biases | undefined,
    modes: config.modes as unknown as QuantizerModes[] | undefined,
  };
}
