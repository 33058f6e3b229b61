import { deviation, mean } from "d3-array";
import type { Dataset } from "../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { tf } from "../tensorflow/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { HessianTrace, type HessianTraceRow } from "./hessianResult.js";
import { type HessianMethod, KernelLoss } from "./hessianVector.js";
import { isQuantized, kernelLayers } from "./plan.js";

/** Options of {@link hessianTrace}. */
export interface HessianTraceOptions {
  /** Random vectors. Default 32. */
  samples?: number;
  /** Decides the vectors. Default 0. */
  seed?: number | string;
  /** Examples at a time; it doesn't change the result. Default 512. */
  batchSize?: number;
}

/**
 * The trace of the Hessian of the mean cross-entropy, for each kernel, by Hutchinson's estimator: the mean of vᵀHv over vectors v
 * of random signs. Hutchinson 1990, Communications in Statistics 19, 433; for quantization
 * HAWQ-V2, Dong et al. 2020, arXiv:1911.03852, section 3.2.
 *
 * The products Hv are exact (double backward); where an op has no second derivative, overlapping max pooling for one, they are
 * central differences of gradients, which also count the kinks of ReLUs. Kernels are those with batch normalization folded.
 *
 * @param model a float model whose outputs are logits
 * @param data labelled examples; a few hundred do
 * @param options `samples` (default 32), `seed` (default 0), `batchSize` (default 512)
 * @throws TypeError for what isn't a float model or data, RangeError for samples below 2
 * @example
 * const { rows } = await q.analysis.hessianTrace(model, train.take(64), { samples: 4 });
 * rows.map(({ layer }) => layer); // [ "conv", "depthwise", "pointwise", "logits" ]
 */
export async function hessianTrace(
  model: tf.LayersModel,
  data: Dataset,
  { samples = 32, seed = 0, batchSize = 512 }: HessianTraceOptions = {},
): Promise<HessianTrace> {
  checkModel(model);
  checkExamples(model, data, "data");
  checkClasses(model, data, "data");
  if (isQuantized(model)) {
    throw new TypeError(
      `invalid model: "${model.name}" is quantized (expected the float model; rounding has no curvature)`,
    );
  }
  if (!Number.isInteger(samples) || samples < 2) {
    throw new RangeError(`invalid samples: ${samples} (expected a whole number of at least 2)`);
  }
  const folded = foldBatchNorm(model);
  try {
    let method: HessianMethod = "double backward";
    const rows: HessianTraceRow[] = [];
    for (const layer of kernelLayers(folded)) {
      // Layer by layer: with random signs in all of them at once, their cross terms would only add noise.
      const loss = new KernelLoss(folded, [layer], data.classes);
      const { shape, size } = layer.getWeights()[0]!;
      const found: number[] = [];
      for (let sample = 0; sample < samples; sample++) {
        const vector = signs(shape, `${seed} ${sample} ${layer.name}`);
        found.push(await curvature(loss, vector, data, batchSize));
        vector.dispose();
      }
      if (loss.method === "central differences") method = loss.method;
      rows.push(rowOf(layer.name, size, found));
    }
    return new HessianTrace(rows, { method, model, data });
  } finally {
    folded.dispose();
  }
}

/** vᵀHv of the mean loss over all examples. */
async function curvature(
  loss: KernelLoss,
  vector: tf.Tensor,
  data: Dataset,
  batchSize: number,
): Promise<number> {
  let sum = 0;
  for (const { xs, ys } of data.batches(batchSize)) {
    sum += tf.tidy(() => {
      const [product] = loss.product([vector], xs, ys);
      return tf.mul(product!, vector).sum().dataSync()[0]! * (ys.size / data.size);
    });
    tf.dispose([xs, ys]);
    await yieldToEvents();
  }
  return sum;
}

function rowOf(layer: string, parameters: number, found: number[]): HessianTraceRow {
  const trace = mean(found)!;
  return {
    layer,
    parameters,
    trace,
    "standard error": deviation(found)! / Math.sqrt(found.length),
    "trace per parameter": trace / parameters,
  };
}

/** 1 and −1, each as likely: Rademacher's distribution. */
function signs(shape: number[], seed: string): tf.Tensor {
  return tf.tidy(() => {
    const draws = tf.randomUniform(shape, 0, 1, "float32", seed);
    return tf.sub(tf.mul(tf.greaterEqual(draws, 0.5).toFloat(), 2), 1);
  });
}
