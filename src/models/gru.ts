import { checkOptions } from "../arguments/index.js";
import type { tf } from "../tensorflow/index.js";
import { type RecurrentOptions, recurrent, recurrentOptions } from "./recurrent.js";

/**
 * A network of gated recurrent units (GRU): one recurrent layer, then a dense one on its last state. Cho et al.
 * 2014, arXiv:1406.1078. Its outputs are logits.
 *
 * @returns a tfjs Layers model, `[batch, …inputShape]` to `[batch, classes]`
 * @throws RangeError if `classes`, `units` or a length in `inputShape` is not a whole number of at least 1;
 *   TypeError if `seed` is neither an integer nor a text
 * @example
 * q.models.gru({ inputShape: [8, 8, 1], classes: 10 }).countParams(); // 4266
 */
export function gru(options: RecurrentOptions = {} as RecurrentOptions): tf.Sequential {
  checkOptions("q.models.gru", options, recurrentOptions);
  return recurrent("gru", options);
}
