import type { Dataset } from "../datasets/index.js";
import { findHost } from "../display/index.js";
import { checkExamples } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";
import { checkWhole } from "../train/evaluate.js";
import { Turns } from "../train/turns.js";
import { checkNumber, checkPair } from "./check.js";
import { setCodes } from "./grid.js";
import { allInputs } from "./inputs.js";
import { linear } from "./linear.js";
import { duplicate, quantizedKernels } from "./network.js";
import { nonlinearityAfter } from "./nonlinearity.js";
import { type RoundingState, reconstruct } from "./reconstruct.js";

export type { RoundingState } from "./reconstruct.js";

/** Options of {@link adaround}. */
export interface AdaroundOptions {
  /** Examples on which the layers' outputs are compared; a few hundred do. */
  calibration: Dataset;
  /** Steps for each layer. Default 1000. */
  iterations?: number;
  /** Examples in a step. Default 32. */
  batchSize?: number;
  /** Adam's. Default 0.03. */
  learningRate?: number;
  /** The regularizer's weight λ. Default 0.01. */
  regularization?: number;
  /** The share of steps before the regularizer sets in. Default 0.2. */
  warmStart?: number;
  /** Decides the examples of each step. Default 0. */
  seed?: number | string;
  /** Gets the state of the rounding while it is learned, a live plot's say; may be asynchronous. */
  watch?: (state: RoundingState) => void | Promise<void>;
  /** Steps from one call of `watch` to the next. Default 20. */
  every?: number;
  /** Stops between two steps. Default: the signal of the notebook's cell. */
  signal?: AbortSignal;
}

/**
 * AdaRound: the nearest code isn't the best one. Learns for each weight whether it is rounded down or up,
 * layer after layer, so that each layer's outputs stay closest to the float model's:
 * ‖f(W·x) − f(Ŵ·x̂)‖² + λ·Σ(1 − |2h − 1|^β), with Ŵ = s·clip(⌊W/s⌋ + h), h = clip(1.2·σ(V) − 0.1, 0, 1), and x̂ what
 * the layer sees in the quantized model. β falls from 20 to 2. Nagel et al. 2020, arXiv:2004.10568,
 * equations 21 to 25.
 *
 * @param model the float model that `quantized` was made of
 * @param quantized from {@link quantize} or {@link prepare}: its ranges are used; neither model is changed
 * @returns a new quantized model, each code one of the two next to the float weight
 * @throws TypeError for models that don't belong together; RangeError for options that make no sense,
 *   examples of another shape, weights that aren't finite; the signal's reason when it is stopped
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
  {
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
  }: AdaroundOptions = {} as AdaroundOptions,
): Promise<tf.LayersModel> {
  checkPair(model, quantized);
  checkExamples(model, calibration, "calibration");
  for (const [name, value] of Object.entries({ iterations, batchSize, every }))
    checkWhole(name, value);
  checkNumber("learningRate", learningRate, 1e-6, 1);
  checkNumber("regularization", regularization, 0, 1e6);
  checkNumber("warmStart", warmStart, 0, 0.99);
  const options = {
    iterations,
    batchSize,
    learningRate,
    regularization,
    warmStart,
    seed,
    watch,
    every,
  };

  const float = foldBatchNorm(model);
  const rounded = duplicate(quantized);
  const turns = new Turns(signal);
  try {
    for (const layer of quantizedKernels(rounded)) {
      const twin = float.getLayer(layer.name);
      const nonlinearity = nonlinearityAfter(float, twin);
      const before = [
        { model: float, layer: twin },
        { model: rounded, layer: layer as Layer },
      ];
      const [x, inputs] = await allInputs(calibration, before);
      const [kernel, bias] = twin.getWeights();
      const targets = tf.tidy(() => {
        const output = linear(twin, x!, kernel!);
        return nonlinearity(bias ? output.add(bias) : output);
      });
      try {
        const problem = { layer, kernel: kernel!, inputs: inputs!, targets, nonlinearity };
        setCodes(layer, await reconstruct(problem, options, turns));
      } finally {
        tf.dispose([x!, inputs!, targets]);
      }
    }
    return rounded;
  } catch (error) {
    rounded.dispose();
    throw error;
  } finally {
    float.dispose();
  }
}
