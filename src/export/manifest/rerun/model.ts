import { outputNames } from "../../../graph/index.js";
import { load } from "../../../import/index.js";
import { tf } from "../../../tensorflow/index.js";
import type { ManifestTensor } from "../form.js";
import { tensorEntry, tensorOf } from "../tensors.js";
import type { Rerun } from "./runner.js";

/** @internal Loads a model of TensorFlow.js or Keras, and runs it in this process. */
export async function runModel(path: string, inputs: readonly ManifestTensor[]): Promise<Rerun> {
  const model = await load(path);
  const tensors = inputs.map((input) => tensorOf(input)!);
  try {
    const results = [model.predict(tensors.length === 1 ? tensors[0]! : tensors)].flat();
    const outputs = results.map((tensor, i) => tensorEntry(outputNames(model)[i]!, tensor));
    tf.dispose(results);
    return { runtime: "TensorFlow.js", outputs };
  } finally {
    tf.dispose(tensors);
    model.dispose();
  }
}
