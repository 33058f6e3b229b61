import { type CalibrationMethod, type Observer, observer } from "../calibration/index.js";
import type { Dataset } from "../datasets/index.js";
import { topology } from "../models/topology.js";
import type { Scheme } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { formatsIn } from "./formats.js";

/** The range of each quantized output, by the name of its layer. */
export type ActivationRanges = Map<string, { min: number; max: number }>;

/** Examples that pass through the model at a time: what is held of them is bounded. */
const batchSize = 256;

/**
 * @internal
 * Runs a float model on examples, and finds the ranges of its inputs and of all outputs of layers
 * that are to be quantized.
 */
export async function calibrate(
  model: tf.LayersModel,
  scheme: Scheme,
  { calibration, method }: { calibration: Dataset; method: CalibrationMethod },
): Promise<ActivationRanges> {
  const observed = topology(model).filter((node) => formatsIn(scheme, node).activations);
  if (observed.length === 0) return new Map();
  const probe = tf.model({
    inputs: model.inputs,
    outputs: observed.map((node) => node.layer.output as tf.SymbolicTensor),
  });
  const observers = new Map<string, Observer>(
    observed.map(({ layer }) => [layer.name, observer(method)]),
  );
  for (const { xs, ys } of calibration.batches(batchSize)) {
    const outputs = tf.tidy(() => [probe.predict(xs)].flat() as tf.Tensor[]);
    try {
      [...observers].forEach(([name, seen], i) => {
        inLayer(name, () => seen.observe(outputs[i]!));
      });
    } finally {
      tf.dispose([xs, ys, outputs]);
    }
    await yieldToEvents();
  }
  return new Map(
    observed.map((node) => {
      const { name } = node.layer;
      return [name, observers.get(name)!.range(formatsIn(scheme, node).activations!)];
    }),
  );
}

/** @internal Looks for a range, and names the layer when there is none. */
export function inLayer<T>(name: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`cannot calibrate layer "${name}": ${why}`, { cause: error });
  }
}
