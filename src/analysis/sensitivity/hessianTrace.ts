import { deviation, mean, sum } from "d3-array";
import { checkCount, checkOptions, checkSeed } from "../../arguments/index.js";
import { checkModel, flatLayers, foldBatchNorm, warnUnknown } from "../../graph/index.js";
import { ruledWeights, weightAt } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import {
  classified,
  evaluationBatchSize,
  inputBatches,
  type TrainingData,
  yieldToEvents,
} from "../../train/index.js";
import { isQuantized, kernelLayers } from "../plan.js";
import { HessianTrace, type HessianTraceRow } from "./hessianResult.js";
import { type HessianMethod, KernelLoss } from "./hessianVector.js";

/** Options of {@link hessianTrace}. */
export interface HessianTraceOptions {
  /** The number of random vectors. Default 32. */
  samples?: number;
  /** The seed that decides the vectors. Default 0. */
  seed?: number | string;
  /** The number of examples at a time, which doesn't change the result. Default 512. */
  batchSize?: number;
}

/**
 * Estimates the trace of the Hessian H of the mean cross-entropy, for each layer's kernels, by Hutchinson's
 * estimator: the mean of vᵀHv over vectors v of random signs. Hutchinson 1990, Communications in Statistics 19,
 * 433; for quantization HAWQ-V2, Dong et al. 2020, arXiv:1911.03852, section 3.2.
 *
 * The products Hv are exact (double backward). If an op has no second derivative, as overlapping max pooling,
 * they are central differences of gradients, which also count the kinks of ReLUs. The kernels are those of the
 * model with batch normalization folded.
 *
 * @param model a float model whose outputs are logits, or that ends in a softmax of logits
 * @param data labelled examples; a few hundred are enough
 * @throws TypeError if `model` isn't a float Layers model, or `data` isn't a data set; RangeError if `samples`
 *   isn't an integer from 2
 * @example
 * const { rows } = await q.analysis.hessianTrace(model, train.take(64), { samples: 4 });
 * rows.map(({ layer }) => layer); // [ "conv", "depthwise", "pointwise", "logits" ]
 */
export async function hessianTrace(
  model: tf.LayersModel,
  data: TrainingData,
  options: HessianTraceOptions = {},
): Promise<HessianTrace> {
  checkOptions<HessianTraceOptions>("q.analysis.hessianTrace", options, {
    samples: true,
    seed: true,
    batchSize: true,
  });
  const { samples = 32, seed = 0, batchSize = evaluationBatchSize } = options;
  checkModel(model);
  const examples = classified(model, data, "data");
  const classes = model.outputs[0]!.shape.at(-1)!;
  if (isQuantized(model)) {
    throw new TypeError(
      `invalid model: "${model.name}" is quantized (expected the float model; rounding has no curvature)`,
    );
  }
  checkCount("samples", samples, { least: 2 });
  checkCount("batchSize", batchSize);
  checkSeed(seed);
  warnUnknown("q.analysis.hessianTrace", flatLayers(model));
  const folded = foldBatchNorm(model);
  try {
    let method: HessianMethod = "double backward";
    const rows: HessianTraceRow[] = [];
    for (const { layer } of kernelLayers(folded)) {
      const traces: WeightTrace[] = [];
      for (const [i, { path }] of ruledWeights(layer).entries()) {
        // Weight by weight: with random signs in all of them at once, their cross terms would only add noise.
        const loss = new KernelLoss(folded, [{ layer, path }], classes);
        const { shape, size } = weightAt(layer, path).read();
        const estimates: number[] = [];
        for (let sample = 0; sample < samples; sample++) {
          const name = i === 0 ? layer.name : `${layer.name} ${path}`;
          const vector = signs(shape, `${seed} ${sample} ${name}`);
          estimates.push(await curvature(loss, vector, examples, batchSize));
          vector.dispose();
        }
        if (loss.method === "central differences") method = loss.method;
        traces.push({ size, estimates });
      }
      rows.push(rowOf(layer.name, traces));
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
  { inputs, labels }: ReturnType<typeof classified>,
  batchSize: number,
): Promise<number> {
  let [sum, start] = [0, 0];
  for (const xs of inputBatches(inputs, batchSize)) {
    const numbers = labels.subarray(start, start + batchSize);
    sum += tf.tidy(() => {
      const [product] = loss.product([vector], xs, tf.tensor1d(numbers, "int32"));
      const share = numbers.length / labels.length;
      return tf.mul(product!, vector).sum().dataSync()[0]! * share;
    });
    tf.dispose(xs);
    start += numbers.length;
    await yieldToEvents();
  }
  return sum;
}

/** The estimates for a weight of a layer. */
interface WeightTrace {
  size: number;
  /** The estimate of the trace from each random vector. */
  estimates: number[];
}

/** The row of a layer: its trace is the sum of the traces of its weights. */
function rowOf(layer: string, traces: WeightTrace[]): HessianTraceRow {
  const parameters = sum(traces, ({ size }) => size);
  const trace = sum(traces, ({ estimates }) => mean(estimates)!);
  const errors = traces.map(({ estimates }) => deviation(estimates)! / Math.sqrt(estimates.length));
  return {
    layer,
    parameters,
    trace,
    "standard error": errors.length === 1 ? errors[0]! : Math.hypot(...errors),
    "trace per parameter": trace / parameters,
  };
}

/** A tensor of 1 and −1, both equally likely (Rademacher's distribution). */
function signs(shape: number[], seed: string): tf.Tensor {
  return tf.tidy(() => {
    const draws = tf.randomUniform(shape, 0, 1, "float32", seed);
    return tf.sub(tf.mul(tf.greaterEqual(draws, 0.5).toFloat(), 2), 1);
  });
}
