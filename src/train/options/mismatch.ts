import { tf } from "../../tensorflow/index.js";
import type { Ending } from "./ending.js";
import { type LossFunction, takesLogits } from "./loss.js";

/** The losses of tfjs that take probabilities, and the activations that make these. */
const ofProbabilities: Record<string, string> = {
  categoricalCrossentropy: "softmax",
  sparseCategoricalCrossentropy: "softmax",
  binaryCrossentropy: "sigmoid",
};

/** The models that were warned of. */
const said = new WeakSet<tf.LayersModel>();

/**
 * @internal
 * Warns, once for each model, of a loss that takes logits where the model gives probabilities, or the other way
 * round: the training goes on, but the loss is made for other outputs.
 */
export function warnMismatch(
  model: tf.LayersModel,
  loss: string | LossFunction | undefined,
  ending: Ending,
): void {
  const problem = mismatch(loss, ending);
  if (!problem || said.has(model)) return;
  said.add(model);
  console.warn(`qatlab: model "${model.name}" ends in ${problem}`);
}

function mismatch(
  loss: string | LossFunction | undefined,
  { activation, layer, removable }: Ending,
): string | undefined {
  const end = `layer "${layer.name}" (${layer.getClassName()}, ${activation})`;
  const activationOfLoss = typeof loss === "string" ? ofProbabilities[loss] : undefined;
  if (activationOfLoss !== undefined && activation === "linear") {
    return `${end}, whose values aren't probabilities, but the loss "${loss}" takes probabilities: end the model in a ${activationOfLoss}, or give a loss of logits`;
  }
  const squashed = activation === "sigmoid" || (activation === "softmax" && !removable);
  if (takesLogits(loss) && squashed) {
    return `${end}, whose values the loss takes for logits: leave the ${activation} out, or give a loss of probabilities, as in { loss: "${activation === "sigmoid" ? "binaryCrossentropy" : "categoricalCrossentropy"}" }`;
  }
  const { softmaxCrossEntropy, sigmoidCrossEntropy } = tf.losses;
  const functions: unknown[] = [softmaxCrossEntropy, sigmoidCrossEntropy];
  if (functions.includes(loss) && (activation === "softmax" || activation === "sigmoid")) {
    return `${end}, but the loss applies it once more: leave the ${activation} out of the model, or give a loss of probabilities`;
  }
  return undefined;
}
