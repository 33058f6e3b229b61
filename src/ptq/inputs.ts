import type { Dataset } from "../datasets/index.js";
import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";

/** Examples that pass through a model at a time. */
const batchSize = 256;

/**
 * @internal
 * What layers get to see of the examples, batch after batch: `use` gets each layer's input, and leaves
 * it where it is. The event loop gets its turn in between.
 *
 * @param layers of one model, or of several that take the same examples
 */
export async function eachBatch(
  data: Dataset,
  layers: { model: tf.LayersModel; layer: Layer }[],
  use: (inputs: tf.Tensor[]) => void,
): Promise<void> {
  const probes = layers.map(({ model, layer }) =>
    tf.model({ inputs: model.inputs, outputs: layer.input as tf.SymbolicTensor }),
  );
  for (const { xs, ys } of data.batches(batchSize)) {
    const inputs = tf.tidy(() => probes.map((probe) => probe.predict(xs) as tf.Tensor));
    try {
      use(inputs);
    } finally {
      tf.dispose([xs, ys, inputs]);
    }
    await yieldToEvents();
  }
}

/** @internal What layers get to see of all examples, each in one tensor; the caller disposes them. */
export async function allInputs(
  data: Dataset,
  layers: { model: tf.LayersModel; layer: Layer }[],
): Promise<tf.Tensor[]> {
  const parts: tf.Tensor[][] = layers.map(() => []);
  try {
    await eachBatch(data, layers, (inputs) => {
      inputs.forEach((input, i) => {
        parts[i]!.push(input.clone());
      });
    });
    return parts.map((list) => tf.tidy(() => tf.concat(list)));
  } finally {
    tf.dispose(parts);
  }
}
