import type { Dataset } from "../../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import { endingOf, evaluationBatchSize, inputBatches, withLogits } from "../../train/index.js";

/** @internal A model's answers: for each example the logarithms of its probabilities, and its energy. */
export interface Answers {
  classes: number;
  /** The probability of each class, `[size · classes]`. */
  probabilities: Float32Array;
  /** The logarithm of the summed exponentials of the logits: minus the energy. */
  logSums: Float32Array;
  /** Whether there are logits: a quantized softmax at the end can't be left out. */
  hasLogits: boolean;
}

/**
 * @internal
 * The answers of a classifier with one output.
 */
export function answersOf(model: tf.LayersModel, data: Dataset): Answers {
  const { activation, removable } = endingOf(model, 0);
  const isProbabilities = activation === "softmax" && !removable;
  const classes = model.outputs[0]!.shape.at(-1)!;
  const probabilities: Float32Array[] = [];
  const logSums: Float32Array[] = [];
  const batchSize = { batchSize: evaluationBatchSize };
  for (const batch of inputBatches([data.xs], evaluationBatchSize)) {
    const [shares, sums] = tf.tidy(() => {
      const output = withLogits(model, () => model.predict(batch, batchSize) as tf.Tensor2D);
      const logits = isProbabilities ? tf.log(tf.maximum(output, 1e-7)) : output;
      return [tf.softmax(logits).dataSync(), tf.logSumExp(logits, -1).dataSync()] as never;
    }) as unknown as [Float32Array, Float32Array];
    tf.dispose(batch);
    const broken = sums.findIndex((sum) => !Number.isFinite(sum));
    if (broken >= 0) {
      const example = logSums.reduce((count, { length }) => count + length, broken);
      throw new RangeError(
        `invalid data: model "${model.name}" answers example ${example} with values that aren't finite (expected finite examples, and a model whose training didn't diverge)`,
      );
    }
    probabilities.push(shares);
    logSums.push(sums);
  }
  return {
    classes,
    probabilities: joined(probabilities),
    logSums: joined(logSums),
    hasLogits: !isProbabilities,
  };
}

/** @internal @throws TypeError if a model's output can't be read as the probabilities of classes */
export function checkClassifier(model: tf.LayersModel): void {
  const [first, ...others] = model.outputs.map(({ shape }) => shape);
  const isClasses = others.length === 0 && first!.length === 2 && first![1]! > 1;
  if (isClasses && !/sigmoid/i.test(endingOf(model, 0).activation ?? "")) return;
  const shapes = model.outputs.map(({ shape }) => `[${shape.slice(1).join(", ")}]`).join(" and ");
  const words = isClasses ? "ends in a sigmoid" : `has the output ${shapes}`;
  throw new TypeError(
    `invalid model: "${model.name}" ${words} (expected a classifier with one output, the logits or the softmax of at least two classes)`,
  );
}

/** @internal The largest probability of each example, and the class that has it. */
export function confidences({ probabilities, classes }: Answers): {
  confidence: Float32Array;
  named: Int32Array;
} {
  const size = probabilities.length / classes;
  const confidence = new Float32Array(size);
  const named = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < classes; c++) {
      if (probabilities[i * classes + c]! <= confidence[i]!) continue;
      confidence[i] = probabilities[i * classes + c]!;
      named[i] = c;
    }
  }
  return { confidence, named };
}

/** @internal @throws TypeError or RangeError if the data aren't examples with classes for each model */
export function checkClassified(
  entries: readonly (readonly [string, tf.LayersModel])[],
  data: Dataset,
  argument: string,
): void {
  for (const [, model] of entries) {
    checkModel(model);
    checkExamples(model, data, argument);
    checkClasses(model, data, argument);
    checkClassifier(model);
  }
}

function joined(parts: Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
