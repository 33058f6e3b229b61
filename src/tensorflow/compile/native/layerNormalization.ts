import { layerNormalizationKernel } from "../../kernels/layerNormalization.js";
import { hasKernels } from "../../kernels/library.js";
import { tf } from "../../tf.js";
import { gradientDepth, type Restore, replaceMethod } from "./substitute.js";

type Layer = Pick<InstanceType<typeof tf.layers.Layer>, "call">;

/** The layer as its own code sees it. */
interface LayerNormalization {
  axis: number | number[];
  epsilon: number;
  gamma?: tf.LayerVariable | null;
  beta?: tf.LayerVariable | null;
}

/** @internal Layer normalization over the last axes as one op of the library's own, its gradient as another. */
export function replaceLayerNormalization(): Restore {
  const prototype = Object.getPrototypeOf(tf.layers.layerNormalization()) as Layer;
  return replaceMethod(prototype, "call", (original) => {
    return function (this: Layer & LayerNormalization, inputs, kwargs) {
      const [x] = [inputs].flat() as [tf.Tensor];
      const axes = [this.axis].flat().map((axis) => (axis < 0 ? axis + x.rank : axis));
      const first = x.rank - axes.length;
      const last = axes.every((axis, i) => axis === first + i);
      const fits = hasKernels() && last && x.dtype === "float32" && x.size > 0;
      if (!fits || gradientDepth() > 1) return original.call(this, inputs, kwargs);
      return tf.tidy(() => {
        const width = x.shape.slice(first).reduce((product, length) => product * length, 1);
        const weight = (variable?: tf.LayerVariable | null) => variable?.read().flatten();
        const [gamma, beta] = [weight(this.gamma), weight(this.beta)];
        const rows = x.reshape([-1, width]);
        const { epsilon } = this;
        return layerNormalizationKernel(rows, { gamma, beta, epsilon }).reshape(x.shape);
      });
    };
  });
}
