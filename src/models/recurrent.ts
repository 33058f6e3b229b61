import { tf } from "../tensorflow/index.js";
import { initializers } from "./initializers.js";
import { checkCounts } from "./options.js";
import { checkSequenceShape, rows, type SequenceShape } from "./sequence.js";

/** Options of the recurrent models. */
export interface RecurrentOptions {
  inputShape: SequenceShape;
  classes: number;
  units?: number;
  seed?: number;
}

/** @internal A recurrent layer over the rows of an input, then a dense one; `kind` names both. */
export function recurrent(
  kind: "gru" | "lstm",
  { inputShape, classes, units = 32, seed = 0 }: RecurrentOptions,
): tf.Sequential {
  checkSequenceShape(inputShape);
  checkCounts({ classes, units });
  const weights = initializers(seed);
  return tf.sequential({
    name: kind,
    layers: [
      rows(inputShape),
      tf.layers[kind]({
        name: kind,
        units,
        kernelInitializer: weights.glorot(),
        // Not orthogonal, as Keras' default: making those takes tfjs some fifty times as long.
        recurrentInitializer: weights.glorot(),
      }),
      tf.layers.dense({ name: "logits", units: classes, kernelInitializer: weights.glorot() }),
    ],
  });
}
