import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * tfjs 4.22 writes the regularizer of a DepthwiseConv2D in the place of its constraint, so that copies and saved
 * models lose it.
 */
export function mendDepthwiseConfig(): void {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const { prototype } = classNameMap.DepthwiseConv2D![0] as unknown as { prototype: Depthwise };
  const { getConfig } = prototype;
  prototype.getConfig = function (this: Depthwise) {
    const { depthwiseConstraint } = this;
    const config = depthwiseConstraint && {
      className: depthwiseConstraint.getClassName(),
      config: depthwiseConstraint.getConfig(),
    };
    return { ...getConfig.call(this), depthwiseConstraint: config ?? null };
  };
}

interface Depthwise {
  depthwiseConstraint?: ReturnType<typeof tf.constraints.nonNeg>;
  getConfig(): object;
}
