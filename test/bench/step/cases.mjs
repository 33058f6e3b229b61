/**
 * The training steps that `npm run bench -- step` compares: their networks, data and goals. The peers
 * in Python build the same networks, from the weights that `export.mjs` writes.
 */
import { Dataset } from "../../../dist/datasets/dataset.js";
import * as q from "../../../dist/index.js";

const { tf } = q;
/** The learning rate of all peers' Adam, whose other numbers are 0.9, 0.999 and 1e-7 everywhere. */
export const learningRate = 0.001;
const bits = 4;
/** Weights symmetric per channel without the lowest code, activations per tensor. */
const scheme = q.scheme({
  weights: q.int(bits, { per: "channel", narrowRange: true }),
  activations: q.uint(bits),
});

/**
 * @typedef {"mnist" | "digits" | "lstm" | "transformer"} Net
 * @typedef {{ net: Net, qat: boolean, estimator?: import("../../../dist/index.js").estimators.EstimatorName, batch: number, title: string }} Case
 * @typedef {import("@tensorflow/tfjs").LayersModel} Model
 */

/** @type {Record<string, Case>} */
export const cases = {
  mnist: { net: "mnist", qat: false, batch: 128, title: "MNIST CNN, b128" },
  "mnist-qat": { net: "mnist", qat: true, batch: 128, title: "MNIST CNN, b128, 4-bit QAT" },
  "mnist-lsq": {
    ...{ net: "mnist", qat: true, estimator: "lsq", batch: 128 },
    title: "MNIST CNN, b128, 4-bit QAT, LSQ",
  },
  digits: { net: "digits", qat: false, batch: 64, title: "digits depthwise CNN + BN, b64" },
  // Batch normalization is folded, as `q.prepare` does.
  "digits-qat": {
    net: "digits",
    qat: true,
    batch: 64,
    title: "digits depthwise CNN, b64, 4-bit QAT",
  },
  lstm: { net: "lstm", qat: false, batch: 64, title: "LSTM 8×8→16, b64" },
  // The hidden state is quantized after each time step.
  "lstm-qat": { net: "lstm", qat: true, batch: 64, title: "LSTM 8×8→16, b64, 4-bit QAT" },
  transformer: { net: "transformer", qat: false, batch: 64, title: "transformer of 2 blocks, b64" },
  "transformer-qat": {
    ...{ net: "transformer", qat: true, batch: 64 },
    title: "transformer of 2 blocks, b64, 4-bit QAT",
  },
};

const { train } = await q.datasets.digits();

/**
 * The data that are learned: real digits, 8 × 8, or scaled up to the size of MNIST's. Steps take its batches in
 * turn, over and over: on a single one the gradients would vanish, and slow some of the peers down.
 *
 * @param {Case} options
 */
export function examples({ net }) {
  const { xs, ys } = train.take(1024);
  const digits = /** @type {import("@tensorflow/tfjs").Tensor4D} */ (xs);
  if (net === "lstm") return { xs: digits.reshape([-1, 8, 8]), ys };
  if (net === "digits" || net === "transformer") return { xs: digits, ys };
  return { xs: tf.image.resizeBilinear(digits, [28, 28]), ys };
}

/**
 * A case's model with its first weights, always the same ones.
 *
 * @param {Case} options
 * @returns {Promise<Model>}
 */
export async function model(options) {
  const float = nets[options.net]();
  if (!options.qat) return float;
  const { xs, ys } = examples(options);
  const calibration = new Dataset(xs, ys, { classes: 10, provenance: train.provenance });
  const { estimator } = options;
  return q.prepare(float, scheme, { calibration, method: "minmax", estimator });
}

/** @type {Record<Net, () => Model>} */
const nets = {
  mnist() {
    const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
    const [activation, kernelSize] = /** @type {const} */ (["relu", 3]);
    const initial = (/** @type {number} */ seed) => tf.initializers.heNormal({ seed });
    return tf.sequential({
      layers: [
        conv2d({
          ...{ name: "conv1", inputShape: [28, 28, 1], filters: 16, kernelSize, activation },
          kernelInitializer: initial(1),
        }),
        maxPooling2d({ poolSize: 2 }),
        conv2d({
          ...{ name: "conv2", filters: 32, kernelSize, activation },
          kernelInitializer: initial(2),
        }),
        maxPooling2d({ poolSize: 2 }),
        flatten(),
        dense({ name: "dense", units: 64, activation, kernelInitializer: initial(3) }),
        dense({ name: "logits", units: 10, kernelInitializer: initial(4) }),
      ],
    });
  },
  digits: () => q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 1 }),
  lstm() {
    const initial = (/** @type {number} */ seed) => tf.initializers.glorotUniform({ seed });
    const lstm = tf.layers.lstm({
      ...{ name: "lstm", units: 16, inputShape: [8, 8], recurrentActivation: "sigmoid" },
      kernelInitializer: initial(1),
      recurrentInitializer: tf.initializers.orthogonal({ seed: 2 }),
    });
    const logits = tf.layers.dense({ name: "logits", units: 10, kernelInitializer: initial(3) });
    return tf.sequential({ layers: [lstm, logits] });
  },
  transformer: () => q.models.transformerEncoder({ inputShape: [8, 8, 1], classes: 10, seed: 1 }),
};
