import { checkOptions, checkShare } from "../../arguments/index.js";
import { foldBatchNorm } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import { type InputData, inputsOf } from "../../train/index.js";
import { findLinks } from "../network/channels.js";
import { checkFloat } from "../network/check.js";
import { eachBatch } from "../network/inputs.js";
import { reportLinks } from "../network/linkReport.js";
import { inputSizes, isAlive, parametersOf, rescale } from "../network/rescale.js";

/** Options of {@link smoothQuant}. */
export interface SmoothQuantOptions {
  /** Examples on which the largest activations are found. */
  calibration: InputData;
  /**
   * How much of the difficulty moves from the activations to the weights, from 0, none, to 1, all.
   * Default 0.5.
   */
  alpha?: number;
}

/**
 * SmoothQuant moves outliers in single channels of the activations, which widen the range of all channels, into
 * the weights that read the channels. Channel j of the activations is divided, and the weights are multiplied,
 * by sⱼ = max|Xⱼ|^α / max|Wⱼ|^(1−α); the division goes into the layer that computes the channel, which may be a
 * layer normalization. In float the model computes the same numbers. A warning names the layers with kernels whose
 * outputs stay as they are. Xiao et al. 2023, arXiv:2211.10438,
 * equation 4.
 *
 * @param model as {@link equalize} takes it; the model isn't changed
 * @returns a new float model with batch normalization folded
 * @throws TypeError if the model is quantized already, or has no two layers to smooth between (the message
 *   names the obstacles); RangeError if `alpha` isn't from 0 to 1, or if a weight isn't finite
 * @example
 * const smooth = await q.ptq.smoothQuant(model, { calibration: train.take(256) });
 * q.accuracy(smooth, test) === q.accuracy(model, test); // true
 */
export async function smoothQuant(
  model: tf.LayersModel,
  options: SmoothQuantOptions = {} as SmoothQuantOptions,
): Promise<tf.LayersModel> {
  checkOptions<SmoothQuantOptions>("q.ptq.smoothQuant", options, {
    calibration: true,
    alpha: true,
  });
  const { calibration, alpha = 0.5 } = options;
  checkFloat(model);
  const examples = inputsOf(model, calibration, "calibration");
  checkShare("alpha", alpha);
  const linked = findLinks(model, { normalizations: true });
  reportLinks(model, linked, { technique: "smoothQuant", task: "smooth" });
  const folded = foldBatchNorm(model);
  try {
    const { links } = findLinks(folded, { normalizations: true });
    const { of, writeAll } = parametersOf();
    const activations = links.map(({ producer }) => new Float64Array(of(producer).outputs));
    const readers = links.flatMap(({ consumers }, i) =>
      consumers.map((layer) => ({ model: folded, layer, largest: activations[i]! })),
    );
    await eachBatch(examples, readers, (inputs) => {
      inputs.forEach(([input], i) => {
        const { largest } = readers[i]!;
        const rows = tf.tidy(() => input!.reshape([-1, largest.length]).abs().max(0).dataSync());
        rows.forEach((size, channel) => {
          largest[channel] = Math.max(largest[channel]!, size);
        });
      });
    });
    links.forEach((link, i) => {
      const weights = inputSizes(link.consumers.map(of), activations[i]!.length);
      const factors = activations[i]!.map((size, channel) => {
        const weight = weights[channel]!;
        // A channel that is nearly always 0, or has hardly any weights, has nothing to move.
        const alive = isAlive(activations[i]!, channel) && isAlive(weights, channel);
        return alive ? size ** alpha / weight ** (1 - alpha) : 1;
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
