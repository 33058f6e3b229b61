import { checkChoice, checkCounts, type OptionNames } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import { initializers } from "./initializers.js";
import { checkSequenceShape, rows, type SequenceShape } from "./sequence.js";

/** Options of the recurrent models. */
export interface RecurrentOptions {
  /** Steps and features of a sequence, or height, width and channels of an image, which is read row by row. */
  inputShape: SequenceShape;
  /** How many classes there are, each of which has an output. */
  classes: number;
  /** The size of the recurrent layer's state. Default 32. */
  units?: number;
  /**
   * The nonlinearity of the gates: `"hardSigmoid"`, tfjs's default, or `"sigmoid"`, Keras's, which integer models and
   * LiteRT's LSTM have. Default `"hardSigmoid"`.
   */
  recurrentActivation?: "hardSigmoid" | "sigmoid";
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/** @internal */
export const recurrentOptions: OptionNames<RecurrentOptions> = {
  inputShape: true,
  classes: true,
  units: true,
  recurrentActivation: true,
  seed: true,
};

/** @internal A recurrent layer over the rows of an input, then a dense one; `kind` names both. */
export function recurrent(
  kind: "gru" | "lstm",
  {
    inputShape,
    classes,
    units = 32,
    recurrentActivation = "hardSigmoid",
    seed = 0,
  }: RecurrentOptions,
): tf.Sequential {
  checkSequenceShape(inputShape);
  checkCounts({ classes, units });
  checkChoice("recurrentActivation", recurrentActivation, ["hardSigmoid", "sigmoid"]);
  const weights = initializers(seed);
  return tf.sequential({
    name: kind,
    layers: [
      rows(inputShape),
      tf.layers[kind]({
        name: kind,
        units,
        recurrentActivation,
        kernelInitializer: weights.glorot(),
        // Keras' default is orthogonal initialization, which takes tfjs some fifty times as long.
        recurrentInitializer: weights.glorot(),
      }),
      tf.layers.dense({ name: "logits", units: classes, kernelInitializer: weights.glorot() }),
    ],
  });
}
