import { isNative, reasonNotNative, tf } from "../../../tensorflow/index.js";
import type { ManifestTensor } from "../form.js";
import { tensorEntry, tensorOf } from "../tensors.js";
import type { Rerun } from "./runner.js";

/** The part of tfjs-node that runs SavedModels. */
interface Loaded {
  predict(inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
  dispose(): void;
}

/** @internal Runs a SavedModel by tfjs-node, in this process. */
export async function runSavedModel(
  path: string,
  inputs: readonly ManifestTensor[],
): Promise<Rerun> {
  if (!isNative) return { reason: `native TensorFlow isn't used (${reasonNotNative})` };
  const { node } = tf as never as { node: { loadSavedModel(folder: string): Promise<Loaded> } };
  const loaded = await node.loadSavedModel(path);
  const tensors = inputs.map((input) => [input.name, tensorOf(input)!] as const);
  let results: Record<string, tf.Tensor> = {};
  try {
    results = loaded.predict(Object.fromEntries(tensors));
    const outputs = Object.entries(results).map(([name, tensor]) => tensorEntry(name, tensor));
    return { runtime: "TensorFlow", outputs };
  } finally {
    tf.dispose([tensors.map(([, tensor]) => tensor), Object.values(results)]);
    loaded.dispose();
  }
}
