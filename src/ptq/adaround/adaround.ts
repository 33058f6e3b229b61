import { checkCounts, checkNumber, checkOptions, checkSeed } from "../../arguments/index.js";
import { findHost } from "../../display/index.js";
import type { Layer } from "../../graph/index.js";
import { biasOf, weightAt } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { type InputData, inputsOf, Turns } from "../../train/index.js";
import { recodedCopy } from "../network/changedCopy.js";
import { checkPair } from "../network/check.js";
import { allInputs, checkSameShapes } from "../network/inputs.js";
import { type QuantizedWeight, quantizedWeights, seenBy } from "../network/network.js";
import { nonlinearityAfter } from "../network/nonlinearity.js";
import { type Reconstruction, type RoundingState, reconstruct } from "./reconstruct.js";

export type { RoundingState } from "./reconstruct.js";

/** Options of {@link adaround}. */
export interface AdaroundOptions {
  /** Examples on which the layers' outputs are compared; a few hundred are enough. */
  calibration: InputData;
  /** Steps for each layer. Default 1000. */
  iterations?: number;
  /** Examples in a step. Default 32. */
  batchSize?: number;
  /** The learning rate of Adam. Default 0.03. */
  learningRate?: number;
  /** The regularizer's weight λ. Default 0.01. */
  regularization?: number;
  /** The share of steps before the regularizer sets in. Default 0.2. */
  warmStart?: number;
  /** The seed that decides the examples of each step. Default 0. */
  seed?: number | string;
  /**
   * A function that gets the state of the rounding while it is learned, say for a live plot; it may be
   * asynchronous.
   */
  watch?: (state: RoundingState) => void | Promise<void>;
  /** Steps from one call of `watch` to the next. Default 20. */
  every?: number;
  /** A signal that stops the work between two steps. Default: the signal of the notebook's cell. */
  signal?: AbortSignal;
}

/**
 * AdaRound learns for each weight whether the weight is rounded down or up, since the nearest code isn't always
 * the best one. It goes layer after layer, so that each layer's outputs stay closest to the float model's:
 * ‖f(W·x) − f(Ŵ·x̂)‖² + λ·Σ(1 − |2h − 1|^β), with Ŵ = s·clip(⌊W/s⌋ + h), h = clip(1.2·σ(V) − 0.1, 0, 1), and x̂
 * the layer's inputs in the quantized model. β falls from 20 to 2. Nagel et al. 2020, arXiv:2004.10568,
 * equations 21 to 25.
 *
 * Weights without a linear map (those of recurrent layers and embeddings) stay as they were rounded, and a
 * warning names them.
 *
 * @param model the float model that `quantized` was made of
 * @param quantized from {@link quantize} or {@link prepare}: its ranges are used; neither model is changed
 * @returns a new quantized model, each code one of the two next to the float weight
 * @throws TypeError if the models don't belong together, or no quantized weight has a linear map; RangeError if
 *   an option is out of its range, if examples don't have the shape of the model's input, or if a weight isn't
 *   finite; the signal's reason if the signal stops the work
 * @example
 * const low = q.scheme({ weights: q.int(2, { per: "channel" }) });
 * const calibration = train.take(256);
 * const nearest = await q.quantize(model, low, { calibration });
 * const rounded = await q.ptq.adaround(model, nearest, { calibration });
 * q.accuracy(rounded, test) > q.accuracy(nearest, test); // true (0.9 and 0.6)
 */
export async function adaround(
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  options: AdaroundOptions = {} as AdaroundOptions,
): Promise<tf.LayersModel> {
  checkOptions<AdaroundOptions>("q.ptq.adaround", options, {
    calibration: true,
    iterations: true,
    batchSize: true,
    learningRate: true,
    regularization: true,
    warmStart: true,
    seed: true,
    watch: true,
    every: true,
    signal: true,
  });
  const {
    calibration,
    iterations = 1000,
    batchSize = 32,
    learningRate = 0.03,
    regularization = 0.01,
    warmStart = 0.2,
    seed = 0,
    watch,
    every = 20,
    signal = findHost().signal,
  } = options;
  checkPair(model, quantized);
  const examples = inputsOf(model, calibration, "calibration");
  checkCounts({ iterations, batchSize, every });
  checkNumber("learningRate", learningRate, { from: 1e-6, to: 1 });
  checkNumber("regularization", regularization, { from: 0, to: 1e6 });
  checkNumber("warmStart", warmStart, { from: 0, to: 0.99 });
  checkSeed(seed);
  const settings = {
    iterations,
    batchSize,
    learningRate,
    regularization,
    warmStart,
    seed,
    watch,
    every,
  };

  for (const { layer } of quantizedWeights(quantized)) checkSameShapes(layer);
  const turns = new Turns(signal);
  return recodedCopy("adaround", { model, quantized }, async (weight, { float, copy }) => {
    const problem = await problemOf(float, copy, weight, examples);
    try {
      return await reconstruct(problem, settings, turns);
    } finally {
      tf.dispose([problem.inputs, problem.targets, problem.bias]);
    }
  });
}

/** The outputs that a weight is to compute, and the inputs that it computes them from. */
async function problemOf(
  float: tf.LayersModel,
  rounded: tf.LayersModel,
  quantized: QuantizedWeight,
  examples: readonly tf.Tensor[],
): Promise<Reconstruction> {
  const { layer, weight } = quantized;
  const twin = float.getLayer(layer.name);
  const before = [
    { model: float, layer: twin },
    { model: rounded, layer: layer as Layer },
  ];
  const [x, y] = await allInputs(examples, before);
  // Bias and nonlinearity follow the weight that makes the layer's output only.
  const makes = (weight.to ?? "output") === "output";
  const nonlinearity = makes ? nonlinearityAfter(float, twin) : (z: tf.Tensor) => z;
  const biasIn = (owner: Layer) => (makes ? biasOf(owner)?.read() : undefined);
  const kernel = weightAt(twin, weight.path).read();
  try {
    const [inputs, targets, bias] = tf.tidy(() => {
      const output = weight.linear(twin, seenBy(twin, weight, x!), kernel);
      const added = biasIn(twin);
      return [
        seenBy(layer, weight, y!).clone(),
        nonlinearity(added ? output.add(added) : output),
        biasIn(layer.inner)?.clone() ?? tf.scalar(0),
      ] as [tf.Tensor, tf.Tensor, tf.Tensor];
    });
    return { weight: quantized, kernel, inputs, targets, bias, nonlinearity };
  } finally {
    tf.dispose([x!, y!]);
  }
}
