import { tf } from "../../tensorflow/index.js";

/** Activations of Keras 3 that TensorFlow.js lacks, by the names that it would give them (Keras 3, `keras.activations`). */
const activations: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  // Keras' functions have these slopes and bounds; the layers have options.
  leakyRelu: (x) => tf.leakyRelu(x, 0.2),
  hardSigmoid6: (x) => hardSigmoid(x),
  hardSilu: (x) => tf.mul(x, hardSigmoid(x)),
  hardTanh: (x) => tf.clipByValue(x, -1, 1),
  exponential: (x) => tf.exp(x),
  // With α = 1 it is the same function.
  celu: (x) => tf.elu(x),
  logSigmoid: (x) => tf.neg(tf.softplus(tf.neg(x))),
  squareplus: (x) => tf.mul(0.5, tf.add(x, tf.sqrt(tf.add(tf.square(x), 4)))),
};

/** ReLU6(x + 3) / 6, as Keras 3 and Howard et al. 2019, arXiv:1905.02244, section 5.2, have it. */
function hardSigmoid(x: tf.Tensor): tf.Tensor {
  return tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6);
}

for (const [name, compute] of Object.entries(activations)) {
  tf.serialization.registerClass(
    class extends tf.serialization.Serializable {
      static readonly className = name;

      apply(x: tf.Tensor): tf.Tensor {
        return tf.tidy(() => compute(x));
      }

      getConfig() {
        return {};
      }
    },
  );
}
