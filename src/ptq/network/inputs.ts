import type { Layer } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import { calibrationBatchSize, inputBatches, yieldToEvents } from "../../train/index.js";
import { InapplicableError } from "./check.js";

/** A layer of a model. */
interface Place {
  model: tf.LayersModel;
  layer: Layer;
}

/**
 * @internal
 * Computes the inputs of layers from examples, batch after batch: `use` gets the inputs of each layer, one
 * tensor for each place where the layer is used, and must not dispose them. The event loop runs between two
 * batches.
 *
 * @param examples a tensor for each input of the models
 * @param places layers of one model, or of several that take the same examples
 */
export async function eachBatch(
  examples: readonly tf.Tensor[],
  places: Place[],
  use: (inputs: tf.Tensor[][]) => void,
): Promise<void> {
  const probes = places.map(({ model, layer }) => {
    const sources = inputsOf(layer);
    // tfjs computes a tensor that is asked for twice only once.
    const outputs = [...new Set(sources)];
    const order = sources.map((source) => outputs.indexOf(source));
    return { probe: tf.model({ inputs: model.inputs, outputs }), order };
  });
  for (const batch of inputBatches(examples, calibrationBatchSize)) {
    const inputs = tf.tidy(() =>
      probes.map(({ probe, order }) => {
        const outputs = [probe.predict(batch)].flat() as tf.Tensor[];
        return order.map((place) => outputs[place]!);
      }),
    );
    try {
      use(inputs);
    } finally {
      tf.dispose([batch, inputs]);
    }
    await yieldToEvents();
  }
}

/**
 * @internal
 * The inputs of layers on all examples, in one tensor for each layer, with the places where a layer is used one
 * after the other; the caller disposes the tensors.
 *
 * @param places layers whose inputs have one shape, as {@link checkSameShapes} says
 */
export async function allInputs(
  examples: readonly tf.Tensor[],
  places: Place[],
): Promise<tf.Tensor[]> {
  const parts: tf.Tensor[][] = places.map(() => []);
  try {
    await eachBatch(examples, places, (inputs) => {
      inputs.forEach((uses, i) => {
        parts[i]!.push(tf.tidy(() => tf.concat(uses).clone()));
      });
    });
    return parts.map((list) => tf.tidy(() => tf.concat(list)));
  } finally {
    tf.dispose(parts);
  }
}

function inputsOf(layer: Layer): tf.SymbolicTensor[] {
  return layer.inboundNodes.map(({ inputTensors }) => inputTensors[0]!);
}

/** @internal @throws TypeError if a layer has inputs of several shapes (the message names the layer) */
export function checkSameShapes(layer: Layer): void {
  const shapes = inputsOf(layer).map(({ shape }) => `[${shape.map((size) => size ?? "?")}]`);
  if (new Set(shapes).size === 1) return;
  throw new InapplicableError(
    `cannot learn the rounding of layer "${layer.name}": it is used on inputs of the shapes ${shapes.join(" and ")} (expected one shape, or gptq, which takes any)`,
  );
}
