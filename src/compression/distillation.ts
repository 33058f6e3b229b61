import type { Dataset } from "../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import type { FitOptions, LossFunction, TensorData } from "../train/index.js";
import { labelCrossEntropy } from "../train/loss.js";
import { acc } from "../train/metrics.js";
import { yieldToEvents } from "../train/yieldToEvents.js";

/** Options of {@link distillation}. */
export interface DistillationOptions {
  /** What logits are divided by before softmax, T: the higher, the softer the targets. Above 0, default 4. */
  temperature?: number;
  /** The weight of the teacher's answers, from 0 to 1; that of the labels is 1 − alpha. Default 0.9. */
  alpha?: number;
}

/** What {@link distillation} makes: a student is trained by `q.fit(student, data, { ...options, epochs })`. */
export interface Distillation {
  /** The examples, and as targets `[size, 1 + classes]` the label and the teacher's logits. */
  data: TensorData & { xs: tf.Tensor; ys: tf.Tensor2D };
  /** The loss and the accuracy, which take a data set as `validation` too. */
  options: Required<Pick<FitOptions, "loss" | "metrics">>;
  /** Frees the targets. */
  dispose(): void;
}

/** Examples at a time. */
const batchSize = 512;

/**
 * Targets and a loss to train a student by a teacher's answers besides the labels:
 * (1 − α)·CE(label, z) + α·T²·KL(softmax(z_teacher/T) ‖ softmax(z/T)), in nats. Hinton, Vinyals and Dean 2015,
 * arXiv:1503.02531, section 2: T² makes up for gradients that scale as 1/T²; their cross-entropy is this
 * divergence plus the teacher's entropy, which no weight of the student changes.
 *
 * The teacher answers once for each example, in inference mode, so that a step costs what it costs without
 * it. Its logits travel with the examples, whatever the order. The student may be prepared for QAT, or be
 * the teacher's own quantized self (Mishra and Marr 2018, arXiv:1711.05852). On a data set that is only for
 * `validation` the loss is the cross-entropy of the labels.
 *
 * @param teacher a model whose outputs are logits
 * @param data what to train on; it isn't changed, and must live as long as the training
 * @throws TypeError for what isn't a model or data set; RangeError where shapes or classes differ, or for a
 *   temperature or alpha out of range
 * @example
 * const lesson = await q.compression.distillation(model, train, { temperature: 4 });
 * const student = q.models.mlp({ inputShape: [8, 8, 1], units: [16], classes: 10, seed: 1 });
 * const options = { ...lesson.options, epochs: 20, validation: test, progress: false };
 * const history = await q.fit(student, lesson.data, options);
 * history.at(-1)!.validationAccuracy! > 0.85; // true (0.9)
 */
export async function distillation(
  teacher: tf.LayersModel,
  data: Dataset,
  options: DistillationOptions = {},
): Promise<Distillation> {
  checkModel(teacher);
  checkExamples(teacher, data, "data");
  checkClasses(teacher, data, "data");
  const loss = distillationLoss(data.classes, options);
  const parts: tf.Tensor[] = [];
  try {
    for (const { xs, ys } of data.batches(batchSize)) {
      parts.push(
        tf.tidy(() => tf.concat([ys.toFloat().expandDims(1), teacher.predict(xs) as tf.Tensor], 1)),
      );
      tf.dispose([xs, ys]);
      await yieldToEvents();
    }
    const ys = tf.concat(parts) as tf.Tensor2D;
    const metrics = [labelAccuracy];
    return { data: { xs: data.xs, ys }, options: { loss, metrics }, dispose: () => ys.dispose() };
  } finally {
    tf.dispose(parts);
  }
}

/**
 * @internal
 * The loss of {@link distillation}, from targets `[n, 1 + classes]`, or `[n, 1]` for labels alone, and
 * logits `[n, classes]`.
 */
export function distillationLoss(
  classes: number,
  { temperature = 4, alpha = 0.9 }: DistillationOptions = {},
): LossFunction {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new RangeError(
      `invalid temperature: ${temperature} (expected a number above 0, as in 4)`,
    );
  }
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new RangeError(`invalid alpha: ${alpha} (expected a number from 0 to 1, as in 0.9)`);
  }
  const entropy = labelCrossEntropy(classes);
  return (targets, logits) => {
    const hard = entropy(labelsOf(targets), logits);
    if (targets.shape[1] === 1) return hard;
    const teacher = tf.logSoftmax(tf.div(targets.slice([0, 1], [-1, classes]), temperature));
    const student = tf.logSoftmax(tf.div(logits, temperature));
    const divergence = tf.mul(tf.exp(teacher), tf.sub(teacher, student)).sum(-1).mean();
    return tf.add(tf.mul(hard, 1 - alpha), tf.mul(divergence, alpha * temperature ** 2));
  };
}

function labelsOf(targets: tf.Tensor): tf.Tensor {
  return targets.slice([0, 0], [-1, 1]).toInt();
}

const labelAccuracy: LossFunction = Object.defineProperty(
  (targets: tf.Tensor, logits: tf.Tensor) => acc(labelsOf(targets), logits),
  "name",
  { value: acc.name },
);
