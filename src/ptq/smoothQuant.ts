import type { Dataset } from "../datasets/index.js";
import { checkExamples } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { tf } from "../tensorflow/index.js";
import { checkLinks, links } from "./channels.js";
import { checkFloat, checkNumber } from "./check.js";
import { eachBatch } from "./inputs.js";
import { inputSizes, parametersOf, rescale } from "./rescale.js";

/** Options of {@link smoothQuant}. */
export interface SmoothQuantOptions {
  /** Examples on which the largest activations are found. */
  calibration: Dataset;
  /**
   * How much of the difficulty moves from the activations to the weights, from 0, none, to 1, all.
   * Default 0.5.
   */
  alpha?: number;
}

/**
 * SmoothQuant: outliers in single channels of the activations, which widen the range for all of them, move
 * into the weights that read them. Channel j of the activations is divided, and the weights are multiplied,
 * by sⱼ = max|Xⱼ|^α / max|Wⱼ|^(1−α); the division goes into the layer that computes the channel, a layer
 * normalization too. In float the model computes the same numbers. Xiao et al. 2023, arXiv:2211.10438,
 * equation 4.
 *
 * @param model as {@link equalize} takes it; it isn't changed
 * @returns a new float model with batch normalization folded
 * @throws TypeError for a model that is quantized already, or has no two layers to smooth between, naming
 *   what stands in the way; RangeError for an α outside 0 to 1, and weights that aren't finite
 * @example
 * const smooth = await q.ptq.smoothQuant(model, { calibration: train.take(256) });
 * q.accuracy(smooth, test) === q.accuracy(model, test); // true
 */
export async function smoothQuant(
  model: tf.LayersModel,
  { calibration, alpha = 0.5 }: SmoothQuantOptions = {} as SmoothQuantOptions,
): Promise<tf.LayersModel> {
  checkFloat(model);
  checkExamples(model, calibration, "calibration");
  checkNumber("alpha", alpha, 0, 1);
  const folded = foldBatchNorm(model);
  try {
    const { found, ...rest } = links(folded, { normalizations: true });
    checkLinks({ found, ...rest }, "smooth");
    const { of, writeAll } = parametersOf();
    const activations = found.map(({ producer }) => new Float64Array(of(producer).outputs));
    const readers = found.flatMap(({ consumers }, i) =>
      consumers.map((layer) => ({ model: folded, layer, largest: activations[i]! })),
    );
    await eachBatch(calibration, readers, (inputs) => {
      inputs.forEach((input, i) => {
        const { largest } = readers[i]!;
        const rows = tf.tidy(() => input.reshape([-1, largest.length]).abs().max(0).dataSync());
        rows.forEach((size, channel) => {
          largest[channel] = Math.max(largest[channel]!, size);
        });
      });
    });
    found.forEach((link, i) => {
      const weights = inputSizes(link.consumers.map(of), activations[i]!.length);
      const factors = activations[i]!.map((size, channel) => {
        const weight = weights[channel]!;
        // A channel that is always 0, or has no weights, has nothing to move.
        return size > 0 && weight > 0 ? size ** alpha / weight ** (1 - alpha) : 1;
      });
      rescale(link, factors, of);
    });
    writeAll();
    return folded;
  } catch (error) {
    folded.dispose();
    throw error;
  }
}
