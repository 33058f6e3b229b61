import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";
import { withOptions } from "./withOptions.js";

type Weight = Pick<tf.LayerVariable, "read">;

interface Normalization {
  axis: number | number[];
  gamma?: Weight | null;
  beta?: Weight | null;
  scale: boolean;
  center: boolean;
  call(inputs: tf.Tensor | tf.Tensor[], options: { training?: boolean }): tf.Tensor;
}

/**
 * @internal
 * - Normalizations without a scale or a shift train: tfjs reads weights that aren't there.
 * - Batch normalization trains along any axis, that of channels first among them, and takes volumes: tfjs's gradient fails
 *   for the first, and its op for the second.
 */
export function completeNormalizations(tf: TensorFlow): void {
  const name = "completed";
  complete(tf, tf.layers.layerNormalization({ name }), (_, x, call) => call(x));
  complete(tf, tf.layers.batchNormalization({ name }), (layer, x, call, training) => {
    const axis = (layer.axis as number) < 0 ? (layer.axis as number) + x.rank : layer.axis;
    const isLast = axis === x.rank - 1;
    if (x.rank <= 4 && (isLast || !training)) return call(x);
    const order = [...x.shape.keys()];
    [order[axis as number], order[x.rank - 1]] = [x.rank - 1, axis as number];
    const last = isLast ? x : x.transpose(order);
    const rows = last.reshape([-1, last.shape.at(-1)!]);
    const y = withOptions(layer, { axis: -1 }, () => call(rows)).reshape(last.shape);
    return isLast ? y : y.transpose(order);
  });
}

function complete(
  tf: TensorFlow,
  instance: unknown,
  compute: (
    layer: Normalization,
    x: tf.Tensor,
    call: (x: tf.Tensor) => tf.Tensor,
    training: boolean,
  ) => tf.Tensor,
): void {
  const prototype = Object.getPrototypeOf(instance) as Normalization;
  const { call } = prototype;
  prototype.call = function (inputs, options) {
    return tf.tidy(() => {
      const [x] = [inputs].flat() as [tf.Tensor];
      const shape = [this.axis].flat().map((axis) => x.shape.at(axis)!);
      const all = { scale: true, center: true };
      const gamma = this.scale ? this.gamma : { read: () => tf.ones(shape) };
      const beta = this.center ? this.beta : { read: () => tf.zeros(shape) };
      const run = () =>
        compute(this, x, (values) => call.call(this, values, options), options.training === true);
      if (this.scale && this.center) return run();
      return withOptions(this, { ...all, gamma, beta } as Partial<Normalization>, run);
    });
  };
}
