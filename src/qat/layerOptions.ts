import type { serialization } from "@tensorflow/tfjs";
import type { Estimator, GradientFormat, TensorRole } from "../estimators/index.js";
import { estimatorFor, get } from "../estimators/registry.js";
import type { Layer } from "../models/topology.js";
import { formatConfig, formatFromConfig } from "../quantizers/formatConfig.js";
import type { IntegerFormat } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { ruleOf } from "./layers/registry.js";
import { checkPath } from "./parts.js";
import type { QuantizedLayer } from "./quantizedLayer.js";
import { TensorQuantizer } from "./tensorQuantizer.js";

/** A way to estimate gradients for all tensors, or for weights and activations each. */
export type EstimatorOption =
  | string
  | Estimator
  | { weights?: string | Estimator; activations?: string | Estimator };

/** What a {@link QuantizedLayer} is made of. */
export interface QuantizedLayerOptions {
  /** The layer that computes. */
  layer: Layer;
  /** The format of its weights, if those are quantized. */
  weights?: IntegerFormat;
  /** The format of its output, and of values inside, if those are quantized. */
  activations?: IntegerFormat;
  /** Whether its output is quantized, or only values inside. Default: what computes new values does. */
  output?: boolean;
  /** How gradients pass through rounding. Default `"clippedSte"`. */
  estimator?: EstimatorOption;
  /** Of the moving average by which ranges follow the values in training. Default: they stay. */
  momentum?: number;
  /** How the gradient of its output is quantized. Default: it isn't. */
  gradients?: GradientFormat;
  /** Whether each of its quantizers rounds and observes. Default: all round, those with a momentum observe. */
  modes?: readonly QuantizerModes[];
}

/** Modes of a quantizer. */
export interface QuantizerModes {
  fakeQuantizing: boolean;
  observing: boolean;
}

/** @internal The estimator of a role. @throws TypeError for an unknown one, or one named for a role that it isn't made for */
export function estimatorOf(option: EstimatorOption, role: TensorRole): Estimator {
  if (typeof option !== "object" || option === null || "forward" in option) {
    return estimatorFor(option, role);
  }
  if (!("weights" in option || "activations" in option)) {
    throw new TypeError(
      `invalid estimator: { ${Object.keys(option).join(", ")} } (expected weights, activations or both, as in { weights: "lsq", activations: "pact" })`,
    );
  }
  const named = option[role] ?? "clippedSte";
  const { roles } = typeof named === "string" ? get(named) : named;
  if (roles && !roles.includes(role)) {
    throw new TypeError(
      `invalid estimator: ${typeof named === "string" ? named : named.name} for ${role} (it is made for ${roles.join(" and ")})`,
    );
  }
  return estimatorFor(named, role);
}

/** @internal The quantizers of a layer, by their rule. */
export function quantizersOf(options: QuantizedLayerOptions) {
  const { layer, weights, activations, estimator = "clippedSte", momentum } = options;
  const rule = ruleOf(layer);
  const paths = Object.entries(rule.weights ?? {});
  if (weights && paths.length === 0) {
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
  for (const [path, axes] of weights ? paths : []) {
    weightQuantizers.set(path, make(path, "weights", weights!, [axes].flat() as number[]));
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

/** @internal A quantized layer as plain data, formats as they are now. */
export function configOf({
  inner,
  options,
  weightFormat,
  activationFormat,
  outputQuantizer,
  quantizers,
}: QuantizedLayer): serialization.ConfigDict {
  const { estimator = "clippedSte", momentum, gradients } = options;
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
    modes: quantizers.map(({ fakeQuantizing, observing }) => ({ fakeQuantizing, observing })),
  };
}

/** @internal Such data's options. */
export function optionsFrom(config: serialization.ConfigDict): QuantizedLayerOptions {
  const { className, config: inner } = config.layer as Record<string, never>;
  const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className!]!;
  return {
    layer: fromConfig(type, inner!) as unknown as Layer,
    weights: formatFromConfig(config.weights),
    activations: formatFromConfig(config.activations),
    output: config.output as boolean | undefined,
    estimator: config.estimator as EstimatorOption,
    momentum: (config.momentum as number | null) ?? undefined,
    gradients: (config.gradients as unknown as GradientFormat | null) ?? undefined,
    modes: config.modes as unknown as QuantizerModes[] | undefined,
  };
}
