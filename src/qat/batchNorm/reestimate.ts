import { checkCount, checkOptions } from "../../arguments/index.js";
import { checkModel, type Layer, topology } from "../../graph/index.js";
import { ruleOf } from "../../layers/index.js";
import { ChannelStatistics, innerOf, TrainedBatchNorm } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import {
  calibrationBatchSize,
  type InputData,
  inputBatches,
  inputsOf,
  yieldToEvents,
} from "../../train/index.js";

/** Options of {@link reestimateBatchNorm}. */
export interface ReestimateOptions {
  /** The number of examples that pass through the model at a time. Default 256. */
  batchSize?: number;
}

/**
 * Finds the long-term statistics of batch normalization anew, on examples and with the current weights, since
 * the moving averages of a training lag behind. Nagel et al. 2022, arXiv:2203.11086, "BN re-estimation", which
 * is meant for weights that oscillate until the end. The statistics are found layer after layer, from the input
 * to the output; those of a layer that is used in several places are of the values in all of them.
 *
 * The statistics are those that training uses: in a {@link TrainedBatchNorm}, those of the outputs that the
 * kernel W computes before it is scaled. Don't call the function on a model that was trained with frozen
 * statistics, since the model has adapted to them.
 *
 * @param model a model from {@link prepare} with `{ batchNorm: "train" }`, or any model with BatchNormalization
 *   layers, changed in place
 * @param data a few hundred examples of the training data
 * @throws TypeError if the model has no batch normalization; RangeError if examples don't have the shape of the
 *   model's input
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * await q.fit(trained, train, { epochs: 2, progress: false });
 * await q.qat.reestimateBatchNorm(trained, train.take(512));
 * q.accuracy(trained, test) > 0.85; // true
 */
export async function reestimateBatchNorm(
  model: tf.LayersModel,
  data: InputData,
  options: ReestimateOptions = {},
): Promise<void> {
  checkOptions<ReestimateOptions>("q.qat.reestimateBatchNorm", options, { batchSize: true });
  const { batchSize = calibrationBatchSize } = options;
  checkModel(model);
  const examples = inputsOf(model, data, "data");
  checkCount("batchSize", batchSize);
  const normalizing = topology(model, { shared: true })
    .map(({ layer }) => layer)
    .filter((layer) => normalizes(innerOf(layer)));
  if (normalizing.length === 0) {
    throw new TypeError(
      `invalid model: "${model.name}" has no batch normalization, which may be folded already (expected a model as in await q.prepare(model, scheme, { calibration, batchNorm: "train" }))`,
    );
  }
  for (const layer of normalizing) {
    const statistics = await measure(model, layer, examples, batchSize);
    tf.tidy(() => write(layer, statistics.mean(), statistics.variance()));
  }
}

function normalizes(layer: Layer): boolean {
  return layer instanceof TrainedBatchNorm || ruleOf(layer).normalizesBatch === true;
}

/** The statistics of the values that a layer normalizes, in all places where it is used. */
async function measure(
  model: tf.LayersModel,
  layer: Layer,
  examples: readonly tf.Tensor[],
  batchSize: number,
) {
  const statistics = new ChannelStatistics();
  for (const batch of inputBatches(examples, batchSize)) {
    tf.tidy(() => {
      const compute = () => model.apply(batch, { training: false });
      watched(layer, (x) => statistics.add(normalizedValues(layer, x)), compute);
    });
    tf.dispose(batch);
    await yieldToEvents();
  }
  return statistics;
}

/** Runs `compute` and shows what goes into a layer, also where the layer stands in a nested model. */
function watched(layer: Layer, see: (x: tf.Tensor) => void, compute: () => unknown): void {
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => {
    tf.tidy(() => see([inputs].flat()[0]!));
    return call(inputs, kwargs);
  };
  try {
    compute();
  } finally {
    // The method of the class is found again.
    Reflect.deleteProperty(layer, "call");
  }
}

/** The values that a layer normalizes, with the channels last; to be called in a tidy. */
function normalizedValues(layer: Layer, x: tf.Tensor): tf.Tensor {
  const inner = innerOf(layer);
  if (inner instanceof TrainedBatchNorm) return inner.raw(x);
  const axis = inner.getConfig().axis as number;
  const last = x.rank - 1;
  if (axis === -1 || axis === last) return x;
  const others = [...x.shape.keys()].filter((i) => i !== axis);
  return x.transpose([...others, axis]);
}

function write(layer: Layer, mean: tf.Tensor, variance: tf.Tensor): void {
  const inner = innerOf(layer);
  if (inner instanceof TrainedBatchNorm) {
    inner.statistics.mean.write(mean);
    inner.statistics.variance.write(variance);
  } else inner.setWeights([...inner.getWeights().slice(0, -2), mean, variance]);
}
