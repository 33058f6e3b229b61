import { checkOptions } from "../../arguments/index.js";
import { foldBatchNorm } from "../../graph/index.js";
import type { tf } from "../../tensorflow/index.js";
import { findLinks, type Link } from "../network/channels.js";
import { checkFloat } from "../network/check.js";
import { reportLinks } from "../network/linkReport.js";
import { preActivations, remember } from "../network/preActivations.js";
import {
  inputSizes,
  outputSizes,
  type ParametersOf,
  parametersOf,
  rescale,
} from "../network/rescale.js";
import { absorb, checkAbsorbing } from "./absorb.js";
import { replaceRelu6 } from "./relu6.js";

/** Options of {@link equalize}. */
export interface EqualizeOptions {
  /**
   * Whether biases that keep channels far above 0 move into the next layer, so that activations need a smaller
   * range. The option needs a model with batch normalization, and changes the predictions a little. Default
   * false.
   */
  absorbBias?: boolean;
  /**
   * Whether ReLU6, which no factor passes, stays (`"keep"`, the default), or ReLU takes its place
   * (`"replace"`).
   */
  relu6?: "keep" | "replace";
}

/** Equalization ends when no factor is further from 1 than this. */
const tolerance = 1e-4;
const mostRounds = 200;

/**
 * Cross-layer equalization makes the weights of each channel equally large in the layer that computes the
 * channel and in the layers that read it, so that one scale for a whole kernel fits all channels. In float the
 * model computes the same numbers, since ReLU(s·x) = s·ReLU(x).
 *
 * A channel whose bias is more than a thousand times as large as its largest weight is as good as constant, and stays as
 * it is: its factor would make the bias huge, and with it the range of the activations.
 *
 * Channel i is divided by sᵢ = √(r₁ᵢ·r₂ᵢ) / r₂ᵢ, with r₁ᵢ and r₂ᵢ the largest absolute weights of the
 * channel in the two layers; all pairs are equalized in turn, until nothing changes. Nagel et al. 2019,
 * arXiv:1906.04721, equation 11; `absorbBias` is section 4.1.3, with c = max(0, β − 3γ).
 *
 * @param model a float model whose Conv2D, DepthwiseConv2D and Dense layers have ReLU, pooling or Flatten
 *   between them; layers with something else between them, say an Add or ReLU6, stay as they are, and a warning
 *   names them. The model isn't changed
 * @returns a new float model with batch normalization folded
 * @throws TypeError if the model is quantized already, or has no two layers to equalize (the message names the
 *   obstacles); RangeError if a weight isn't finite
 * @example
 * const equalized = q.ptq.equalize(model);
 * q.accuracy(equalized, test) === q.accuracy(model, test); // true
 */
export function equalize(model: tf.LayersModel, options: EqualizeOptions = {}): tf.LayersModel {
  checkOptions<EqualizeOptions>("q.ptq.equalize", options, { absorbBias: true, relu6: true });
  const { absorbBias = false, relu6 = "keep" } = options;
  checkFloat(model);
  if (relu6 !== "keep" && relu6 !== "replace") {
    throw new TypeError(`invalid relu6: ${relu6} (expected "keep" or "replace")`);
  }
  const normals = new Map(preActivations(model));
  const linked = findLinks(model, { unbounded: relu6 === "replace" });
  if (absorbBias) checkAbsorbing(model, linked.links, normals);
  reportLinks(model, linked, { technique: "equalize", task: "equalize" });
  const folded = relu6 === "replace" ? replaceRelu6(model) : foldBatchNorm(model);
  try {
    const { links } = findLinks(folded);
    const { of, writeAll } = parametersOf();
    const totals = new Map(
      links.map((link) => [link, new Float64Array(of(link.producer).outputs).fill(1)]),
    );
    const alive = new Map(links.map((link) => [link, aliveChannels(link, of)]));
    let furthest = 1;
    for (let round = 0; round < mostRounds && furthest > tolerance; round++) {
      furthest = 0;
      for (const [link, total] of totals) {
        const first = outputSizes(of(link.producer));
        const second = inputSizes(link.consumers.map(of), first.length);
        const channels = alive.get(link)!;
        const factors = first.map((r1, i) => (channels[i] ? Math.sqrt(r1 / second[i]!) : 1));
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
    if (absorbBias) absorb(links, normals, of);
    writeAll();
    remember(folded, normals);
    return folded;
  } catch (error) {
    folded.dispose();
    throw error;
  }
}

/** The largest ratio of a bias to the largest weight of its channel for which the channel isn't as good as constant. */
const mostBias = 1000;

/** Whether each channel has weights in both layers, beside which its bias isn't enormous. */
function aliveChannels(link: Link, of: ParametersOf): boolean[] {
  const producer = of(link.producer);
  const first = outputSizes(producer);
  const second = inputSizes(link.consumers.map(of), first.length);
  return Array.from(first, (size, i) => {
    const bias = Math.abs(producer.bias?.values[i] ?? 0);
    return size > 0 && second[i]! > 0 && bias <= mostBias * size;
  });
}
