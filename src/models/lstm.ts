import { checkOptions } from "../arguments/index.js";
import type { tf } from "../tensorflow/index.js";
import { type RecurrentOptions, recurrent, recurrentOptions } from "./recurrent.js";

/**
 * A long short-term memory (LSTM) network: one recurrent layer, then a dense one on its last state. Hochreiter
 * and Schmidhuber 1997; with the forget gate of Gers et al. 2000, whose bias starts at 1. Its outputs
 * are logits.
 *
 * @returns a tfjs Layers model, `[batch, …inputShape]` to `[batch, classes]`
 * @throws RangeError if `classes`, `units` or a length in `inputShape` is not a whole number of at least 1;
 *   TypeError if `seed` is neither an integer nor a text
 * @example
 * q.models.lstm({ inputShape: [8, 8, 1], classes: 10 }).countParams(); // 5578
 */
export function lstm(options: RecurrentOptions = {} as RecurrentOptions): tf.Sequential {
  checkOptions("q.models.lstm", options, recurrentOptions);
  return recurrent("lstm", options);
}
