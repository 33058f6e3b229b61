import { foldBatchNorm } from "../models/foldBatchNorm.js";
import type { tf } from "../tensorflow/index.js";
import { absorb } from "./absorb.js";
import { checkLinks, links } from "./channels.js";
import { checkFloat } from "./check.js";
import { preActivations, remember } from "./normal.js";
import { replaceRelu6 } from "./relu6.js";
import { inputSizes, outputSizes, parametersOf, rescale } from "./rescale.js";

/** Options of {@link equalize}. */
export interface EqualizeOptions {
  /**
   * Whether biases that keep channels far above 0 move into the next layer, so that activations need
   * a smaller range. It takes batch normalization, and changes the predictions a little. Default false.
   */
  absorbBias?: boolean;
  /** What becomes of ReLU6, which no factor passes: it stays (default), or ReLU takes its place. */
  relu6?: "keep" | "replace";
}

/** Until no factor is further from 1 than this. */
const tolerance = 1e-4;
const mostRounds = 200;

/**
 * Cross-layer equalization: makes the weights of each channel equally large in the layer that computes
 * it and in those that read it, so that one scale for a whole kernel fits all of them. In float the model
 * computes the same numbers, since ReLU(s·x) = s·ReLU(x).
 *
 * Channel i is divided by sᵢ = √(r₁ᵢ·r₂ᵢ) / r₂ᵢ, with r₁ᵢ and r₂ᵢ the largest absolute weights of the
 * channel in the two layers; all pairs in turn, until nothing changes. Nagel et al. 2019,
 * arXiv:1906.04721, equation 11; `absorbBias` is section 4.1.3, with c = max(0, β − 3γ).
 *
 * @param model Conv2D, DepthwiseConv2D and Dense layers with ReLU, pooling, Flatten between them; other
 *   neighbours, an Add or ReLU6 say, are left as they are. It isn't changed
 * @returns a new float model with batch normalization folded
 * @throws TypeError for a model that is quantized already, or has no two layers to equalize, naming
 *   what stands in the way; RangeError for weights that aren't finite
 * @example
 * const equalized = q.ptq.equalize(model);
 * q.accuracy(equalized, test) === q.accuracy(model, test); // true
 */
export function equalize(
  model: tf.LayersModel,
  { absorbBias = false, relu6 = "keep" }: EqualizeOptions = {},
): tf.LayersModel {
  checkFloat(model);
  if (relu6 !== "keep" && relu6 !== "replace") {
    throw new TypeError(`invalid relu6: ${relu6} (expected "keep" or "replace")`);
  }
  const normals = new Map(preActivations(model));
  const folded = relu6 === "replace" ? replaceRelu6(model) : foldBatchNorm(model);
  try {
    const found = links(folded);
    checkLinks(found, "equalize");
    const { of, writeAll } = parametersOf();
    const totals = new Map(
      found.found.map((link) => [link, new Float64Array(of(link.producer).outputs).fill(1)]),
    );
    let furthest = 1;
    for (let round = 0; round < mostRounds && furthest > tolerance; round++) {
      furthest = 0;
      for (const [link, total] of totals) {
        const first = outputSizes(of(link.producer));
        const second = inputSizes(link.consumers.map(of), first.length);
        // A channel without weights on one side has nothing to equalize.
        const factors = first.map((r1, i) =>
          r1 > 0 && second[i]! > 0 ? Math.sqrt(r1 / second[i]!) : 1,
        );
        rescale(link, factors, of);
        factors.forEach((factor, i) => {
          total[i]! *= factor;
          furthest = Math.max(furthest, Math.abs(factor - 1));
        });
      }
    }
    for (const [{ producer }, total] of totals) {
      const normal = normals.get(producer.name);
      if (!normal) continue;
      const scaled = (values: Float64Array) => values.map((value, i) => value / total[i]!);
      normals.set(producer.name, {
        mean: scaled(normal.mean),
        deviation: scaled(normal.deviation),
      });
    }
    if (absorbBias) absorb(found.found, normals, of);
    writeAll();
    remember(folded, normals);
    return folded;
  } catch (error) {
    folded.dispose();
    throw error;
  }
}
