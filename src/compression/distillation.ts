import { checkNumber, checkOptions, checkShare } from "../arguments/index.js";
import { checkModel } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import type { FitOptions, LossFunction, TensorData, TrainingData } from "../train/index.js";
import {
  acc,
  classified,
  evaluationBatchSize,
  inputBatches,
  labelCrossEntropy,
  named,
  ofLogits,
  withLogits,
  yieldToEvents,
} from "../train/index.js";

/** Options of {@link distillation}. */
export interface DistillationOptions {
  /**
   * The temperature T, by which logits are divided before softmax: the higher, the softer the targets. Above 0,
   * default 4.
   */
  temperature?: number;
  /** The weight of the teacher's answers, from 0 to 1; the weight of the labels is 1 − alpha. Default 0.9. */
  alpha?: number;
}

/** The result of {@link distillation}: a student is trained by `q.fit(student, data, { ...options, epochs })`. */
export interface Distillation {
  /** The examples, with targets of shape `[size, 1 + classes]`: the label and the teacher's logits. */
  data: TensorData & { ys: tf.Tensor2D };
  /** The loss and the accuracy, which also take a data set as `validation`. */
  options: Required<Pick<FitOptions, "loss" | "metrics">>;
  /** Frees the targets. */
  dispose(): void;
}

/**
 * Makes targets and a loss that train a student by a teacher's answers besides the labels:
 * (1 − α)·CE(label, z) + α·T²·KL(softmax(z_teacher/T) ‖ softmax(z/T)), in nats. Hinton, Vinyals and Dean 2015,
 * arXiv:1503.02531, section 2: T² makes up for gradients that scale as 1/T²; their cross-entropy is this
 * divergence plus the teacher's entropy, which no weight of the student changes.
 *
 * The teacher answers once for each example, in inference mode, so that a training step takes no longer than
 * without a teacher. The teacher's logits stay with their examples in any order. The student may be prepared
 * for QAT, or be the quantized teacher (Mishra and Marr 2018, arXiv:1711.05852). On a data set that is only for
 * `validation` the loss is the cross-entropy of the labels.
 *
 * @param teacher a model whose outputs are logits, or that ends in a softmax of logits, which is left out here
 * @param data the training data, a data set or tensors, `{ xs, ys }`, with classes as `ys`; the data aren't changed; don't dispose it before the training ends
 * @throws TypeError if `teacher` isn't a Layers model or `data` isn't a data set; RangeError if the shapes or
 *   the classes of the two differ, or if `temperature` or `alpha` is out of range
 * @example
 * const lesson = await q.compression.distillation(model, train, { temperature: 4 });
 * const student = q.models.mlp({ inputShape: [8, 8, 1], units: [16], classes: 10, seed: 1 });
 * const options = { ...lesson.options, epochs: 20, validation: test, progress: false };
 * const history = await q.fit(student, lesson.data, options);
 * history.at(-1)!.validationAccuracy! > 0.85; // true (0.9)
 */
export async function distillation(
  teacher: tf.LayersModel,
  data: TrainingData,
  options: DistillationOptions = {},
): Promise<Distillation> {
  checkOptions<DistillationOptions>("q.compression.distillation", options, {
    temperature: true,
    alpha: true,
  });
  checkModel(teacher);
  const { inputs, labels } = classified(teacher, data, "data");
  const loss = distillationLoss(teacher.outputs[0]!.shape.at(-1)!, options);
  const targets: tf.Tensor[] = [];
  try {
    let start = 0;
    for (const xs of inputBatches(inputs, evaluationBatchSize)) {
      const numbers = Float32Array.from(labels.subarray(start, start + evaluationBatchSize));
      const answers = () => withLogits(teacher, () => teacher.predict(xs) as tf.Tensor);
      targets.push(
        tf.tidy(() => tf.concat([tf.tensor2d(numbers, [numbers.length, 1]), answers()], 1)),
      );
      tf.dispose(xs);
      start += numbers.length;
      await yieldToEvents();
    }
    const ys = tf.concat(targets) as tf.Tensor2D;
    const metrics = [labelAccuracy];
    return { data: { xs: data.xs, ys }, options: { loss, metrics }, dispose: () => ys.dispose() };
  } finally {
    tf.dispose(targets);
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
  checkNumber("temperature", temperature, { above: 0, example: "4" });
  checkShare("alpha", alpha, { example: "0.9" });
  const entropy = labelCrossEntropy(classes);
  return ofLogits((targets, logits) => {
    const hard = entropy(labelsOf(targets), logits);
    if (targets.shape[1] === 1) return hard;
    const teacher = tf.logSoftmax(tf.div(targets.slice([0, 1], [-1, classes]), temperature));
    const student = tf.logSoftmax(tf.div(logits, temperature));
    const divergence = tf.mul(tf.exp(teacher), tf.sub(teacher, student)).sum(-1).mean();
    return tf.add(tf.mul(hard, 1 - alpha), tf.mul(divergence, alpha * temperature ** 2));
  });
}

function labelsOf(targets: tf.Tensor): tf.Tensor {
  return targets.slice([0, 0], [-1, 1]).toInt();
}

const labelAccuracy: LossFunction = named("acc", (targets: tf.Tensor, logits: tf.Tensor) =>
  acc(labelsOf(targets), logits),
);
