import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";

interface Nonlinearity {
  axis: number | number[];
  theta: number;
  maskValue: number;
  call(inputs: tf.Tensor | tf.Tensor[], options: Record<string, unknown>): tf.Tensor;
  computeMask(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor;
}

/**
 * @internal
 * - ThresholdedReLU and Masking have a gradient, which passes where the values do, as Keras' do: tfjs looks for one of the comparison.
 * - A mask that Masking computes of trained values is a constant for them: tfjs looks for a gradient of the comparison there too.
 * - Softmax takes any axis, its default of 1 among them: tfjs throws for all but the last one.
 */
export function completeNonlinearities(tf: TensorFlow): void {
  const { layers } = tf;
  const name = "completed";
  replaceCall(layers.thresholdedReLU({ name }), (layer, x) =>
    passing(tf, x, (values) => tf.greater(values, layer.theta)),
  );
  const masking = layers.masking({ name });
  replaceCall(masking, (layer, x) =>
    passing(tf, x, (values) => tf.any(tf.notEqual(values, layer.maskValue), -1, true)),
  );
  prototypeOf(masking).computeMask = function (inputs) {
    const [x] = [inputs].flat() as [tf.Tensor];
    return constant(tf, x, (values) => tf.any(tf.notEqual(values, this.maskValue), -1));
  };
  replaceCall(layers.softmax({ name }), (layer, x, call) => {
    const [axis, ...others] = [layer.axis].flat() as [number, ...number[]];
    const at = axis < 0 ? axis + x.rank : axis;
    if (others.length > 0 || at === x.rank - 1) return call(x);
    const order = [...x.shape.keys()];
    [order[at], order[x.rank - 1]] = [x.rank - 1, at];
    const before = layer.axis;
    layer.axis = -1;
    try {
      return call(x.transpose(order)).transpose(order);
    } finally {
      layer.axis = before;
    }
  });
}

/** Values where a condition holds, and 0 elsewhere; the gradients are 0 in the same places. */
function passing(tf: TensorFlow, x: tf.Tensor, holds: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const pass = tf.customGrad((...args: unknown[]) => {
    const [values, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const factor = holds(values).cast(values.dtype);
    save([factor]);
    return {
      value: tf.mul(values, factor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0]!),
    };
  });
  return pass(x);
}

/** A function of values whose gradient is 0. */
function constant(tf: TensorFlow, x: tf.Tensor, of: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const compute = tf.customGrad((...args: unknown[]) => {
    const [values, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    save([values]);
    return {
      value: of(values),
      gradFunc: (_: tf.Tensor, saved: tf.Tensor[]) => tf.zerosLike(saved[0]!),
    };
  });
  return compute(x);
}

function prototypeOf(instance: unknown): Nonlinearity {
  return Object.getPrototypeOf(instance) as Nonlinearity;
}

function replaceCall(
  instance: unknown,
  compute: (layer: Nonlinearity, x: tf.Tensor, call: (x: tf.Tensor) => tf.Tensor) => tf.Tensor,
): void {
  const prototype = prototypeOf(instance);
  const { call } = prototype;
  prototype.call = function (inputs, options) {
    const [x] = [inputs].flat() as [tf.Tensor];
    return compute(this, x, (values) => call.call(this, values, options));
  };
}
