import type { Dataset } from "../../datasets/index.js";
import { checkExamples, checkModel } from "../../models/check.js";
import { type Layer, topology } from "../../models/topology.js";
import { tf } from "../../tensorflow/index.js";
import { checkWhole } from "../../train/evaluate.js";
import { yieldToEvents } from "../../train/yieldToEvents.js";
import { FoldedBatchNorm } from "./foldedBatchNorm.js";
import { innerOf } from "./fused.js";
import { ChannelStatistics } from "./statistics.js";

/**
 * Finds the long-term statistics of batch normalization anew, on examples and with the weights as they are now: the
 * moving averages of a training lag behind. Nagel et al. 2022, arXiv:2203.11086, "BN re-estimation", which is for
 * weights that oscillate to the end. The layers take their turns from the input to the output, each after those before it.
 *
 * The statistics are those that training uses: in a {@link FoldedBatchNorm} of what W itself computes. A model that
 * was trained on with frozen statistics has adapted to those; leave it as it is.
 *
 * @param model of {@link prepare} with `{ batchNorm: "train" }`, or any with BatchNormalization layers; changed in place
 * @param data a few hundred examples of the training data
 * @param options `batchSize`, examples at a time (default 256)
 * @throws TypeError for a model without batch normalization, RangeError for examples of another shape
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * await q.fit(trained, train, { epochs: 2, progress: false });
 * await q.qat.reestimateBatchNorm(trained, train.take(512));
 * q.accuracy(trained, test) > 0.85; // true
 */
export async function reestimateBatchNorm(
  model: tf.LayersModel,
  data: Dataset,
  { batchSize = 256 }: { batchSize?: number } = {},
): Promise<void> {
  checkModel(model);
  checkExamples(model, data, "data");
  checkWhole("batchSize", batchSize);
  const normalizing = topology(model, { shared: true })
    .map(({ layer }) => layer)
    .filter((layer) => normalizes(innerOf(layer)));
  if (normalizing.length === 0) {
    throw new TypeError(
      `invalid model: "${model.name}" has no batch normalization (it may be folded; expected one as in await q.prepare(model, scheme, { calibration, batchNorm: "train" }))`,
    );
  }
  for (const layer of normalizing) {
    const statistics = await measure(model, layer, data, batchSize);
    tf.tidy(() => write(layer, statistics.mean(), statistics.variance()));
  }
}

function normalizes(layer: Layer): boolean {
  return layer instanceof FoldedBatchNorm || layer.getClassName() === "BatchNormalization";
}

/** The statistics of what is normalized. */
async function measure(model: tf.LayersModel, layer: Layer, data: Dataset, batchSize: number) {
  const probe = tf.model({ inputs: model.inputs, outputs: layer.input });
  const statistics = new ChannelStatistics();
  for (const { xs, ys } of data.batches(batchSize)) {
    tf.tidy(() => {
      const values = normalizedValues(layer, probe.apply(xs, { training: false }) as tf.Tensor);
      statistics.add(values);
    });
    tf.dispose([xs, ys]);
    await yieldToEvents();
  }
  return statistics;
}

/** In a tidy: with the channels last. */
function normalizedValues(layer: Layer, x: tf.Tensor): tf.Tensor {
  const inner = innerOf(layer);
  if (inner instanceof FoldedBatchNorm) return inner.raw(x);
  const axis = inner.getConfig().axis as number;
  const last = x.rank - 1;
  if (axis === -1 || axis === last) return x;
  const others = [...x.shape.keys()].filter((one) => one !== axis);
  return x.transpose([...others, axis]);
}

function write(layer: Layer, mean: tf.Tensor, variance: tf.Tensor): void {
  const inner = innerOf(layer);
  if (inner instanceof FoldedBatchNorm) {
    inner.statistics.mean.write(mean);
    inner.statistics.variance.write(variance);
  } else inner.setWeights([...inner.getWeights().slice(0, -2), mean, variance]);
}
