import { copy, type Replacement, rebuild } from "../models/rebuild.js";
import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";
import { CompressionConstraint } from "./constraints.js";
import { mendDepthwiseConfig } from "./depthwise.js";

mendDepthwiseConfig();

/** What layers call the constraints of what they multiply by, embeddings too; biases stay as they are. */
const keys = ["kernel", "depthwise", "pointwise", "recurrent", "embeddings"].map(
  (part) => `${part}Constraint`,
);

type Config = Record<string, unknown>;

/** @internal A kernel under a constraint of this room's. */
export interface Kernel {
  layer: Layer;
  weight: tf.LayerVariable;
}

/**
 * @internal
 * The model again, with weights of its own, and another constraint on each kernel.
 *
 * @param choose from the constraint that a kernel has, if any, to the one that it gets
 */
export function withConstraints(
  model: tf.LayersModel,
  choose: (
    layer: Layer,
    constraint: CompressionConstraint | undefined,
  ) => CompressionConstraint | undefined,
): tf.LayersModel {
  return rebuild(model, ({ layer, inputs }): Replacement => {
    if (inputs.length === 0) return { layers: [] };
    return copy(
      layer,
      changed(layer.getConfig(), layer, (now) => choose(layer, now)),
    );
  });
}

/** @internal The kernels whose constraint is of a class, in the model's order. */
export function constrainedKernels(
  model: tf.LayersModel,
  type: abstract new (...options: never[]) => CompressionConstraint = CompressionConstraint,
): Kernel[] {
  return model.layers.flatMap((layer) =>
    layer.weights
      .filter(({ constraint }) => constraint instanceof type)
      .map((weight) => ({ layer, weight })),
  );
}

/** What changes in a layer's configuration; that of a layer that it wraps too. */
function changed(
  config: Config,
  layer: Layer,
  choose: (constraint: CompressionConstraint | undefined) => CompressionConstraint | undefined,
): Config {
  const change: Config = {};
  for (const key of keys.filter((key) => Object.hasOwn(config, key))) {
    const now = constraintOf(config[key], layer);
    const next = choose(now);
    change[key] = next ? { className: next.getClassName(), config: next.getConfig() } : null;
  }
  const inner = config.layer as { className: string; config: Config } | undefined;
  if (inner?.config) {
    change.layer = {
      ...inner,
      config: { ...inner.config, ...changed(inner.config, layer, choose) },
    };
  }
  return change;
}

function constraintOf(written: unknown, layer: Layer): CompressionConstraint | undefined {
  if (written === null || written === undefined) return undefined;
  const { className, config } = written as { className: string; config: Config };
  const [type] = tf.serialization.SerializationMap.getMap().classNameMap[className] ?? [];
  const own = type && new (type as unknown as new (config: Config) => unknown)(config);
  if (own instanceof CompressionConstraint) return own;
  throw new TypeError(
    `cannot compress layer "${layer.name}": its kernel has the constraint ${className} (expected none)`,
  );
}
