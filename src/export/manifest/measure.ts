import { Dataset } from "../../datasets/index.js";
import { inputNames, outputNames } from "../../graph/index.js";
import { proportion } from "../../statistics/index.js";
import { tf } from "../../tensorflow/index.js";
import { classified, evaluationBatchSize, inputsOf, predictedClasses } from "../../train/index.js";
import { type Examples, examplesDigest } from "./data.js";
import type { ManifestAccuracy, ManifestData, ManifestVectors } from "./form.js";
import { tensorEntry } from "./tensors.js";

/** The most values in the inputs of all vectors. */
const mostValues = 2 ** 18;

/** @internal The entry of examples, with or without targets. */
export async function dataEntry(
  model: tf.LayersModel,
  data: Examples,
  argument: string,
): Promise<ManifestData> {
  const inputs = inputsOf(model, data, argument);
  return {
    examples: inputs[0]!.shape[0]!,
    sha256: await examplesDigest(data),
    provenance: data instanceof Dataset ? { ...data.provenance } : null,
  };
}

/** @internal The accuracy of a classifier; `null` where the data have no classes, or the model no logits. */
export function accuracyEntry(model: tf.LayersModel, data: Examples): ManifestAccuracy | null {
  const [shape, ...others] = model.outputs.map((output) => output.shape);
  const hasLogits = others.length === 0 && shape!.length === 2 && shape![1]! > 1;
  if (!hasLogits || !("ys" in data)) return null;
  if (data instanceof Dataset && data.classes === 0) return null;
  const { inputs, labels } = classified(model, data, "test");
  const predicted = predictedClasses(model, inputs, evaluationBatchSize);
  const correct = labels.reduce((sum, label, i) => sum + (label === predicted[i] ? 1 : 0), 0);
  const { share, low, high } = proportion(correct, labels.length);
  return { correct, examples: labels.length, share, low, high };
}

/** @internal The first examples, at most `count`, with the model's outputs. */
export function vectorsEntry(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
  { count, tolerance }: { count: number; tolerance: number },
): ManifestVectors {
  const each = inputs.reduce((sum, { size, shape }) => sum + size / shape[0]!, 0);
  const examples = Math.min(
    count,
    inputs[0]!.shape[0]!,
    Math.max(1, Math.floor(mostValues / each)),
  );
  const first = inputs.map((input) => input.slice(0, examples));
  const outputs = [model.predict(first.length === 1 ? first[0]! : first)].flat();
  const entries = (names: string[], tensors: tf.Tensor[]) =>
    tensors.map((tensor, i) => tensorEntry(names[i]!, tensor));
  try {
    return {
      inputs: entries(inputNames(model), first),
      outputs: entries(outputNames(model), outputs),
      tolerance,
    };
  } finally {
    tf.dispose([first, outputs]);
  }
}
