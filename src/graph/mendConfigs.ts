import { tf } from "../tensorflow/index.js";

type Properties = Record<string, unknown>;

/** The layers of tfjs 4.22 whose configuration leaves options out, with the options to add. */
const forgotten: Record<string, (layer: Properties) => Properties> = {
  Conv1D: ({ dataFormat }) => ({ dataFormat }),
  // tfjs writes the regularizer in the place of the constraint.
  DepthwiseConv2D: ({ depthwiseConstraint }) => ({
    depthwiseConstraint: written(depthwiseConstraint),
  }),
  SeparableConv2D: ({ depthMultiplier }) => ({ depthMultiplier }),
  AlphaDropout: ({ noiseShape }) => ({ noiseShape: noiseShape ?? null }),
};

interface Constraint {
  getClassName(): string;
  getConfig(): object;
}

/**
 * @internal
 * Adds to the configurations of tfjs's layers the options that tfjs forgets, so that copies and saved models keep
 * them.
 */
export function mendConfigs(): void {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  for (const [name, options] of Object.entries(forgotten)) {
    const { prototype } = classNameMap[name]![0] as unknown as {
      prototype: Properties & { getConfig(): object };
    };
    const { getConfig } = prototype;
    prototype.getConfig = function (this: Properties) {
      return { ...getConfig.call(this), ...options(this) };
    };
  }
}

function written(constraint: unknown): object | null {
  if (!constraint) return null;
  const { getClassName, getConfig } = constraint as Constraint;
  return { className: getClassName.call(constraint), config: getConfig.call(constraint) };
}
