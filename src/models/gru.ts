import type { tf } from "../tensorflow/index.js";
import { type RecurrentOptions, recurrent } from "./recurrent.js";

/**
 * A network of gated recurrent units (GRU): one recurrent layer, then a dense one on its last state. Cho et al.
 * 2014, arXiv:1406.1078. Its outputs are logits.
 *
 * @param options `inputShape`, steps and features of a sequence, or height, width and channels of an
 *   image, which is read row by row; `classes`; `units`, the size of the state (default 32); `seed` of
 *   the initial weights (default 0)
 * @returns a tfjs Layers model, `[batch, …inputShape]` to `[batch, classes]`
 * @throws RangeError for numbers that aren't whole and at least 1
 * @example
 * q.models.gru({ inputShape: [8, 8, 1], classes: 10 }).countParams(); // 4266
 */
export function gru(options: RecurrentOptions = {} as RecurrentOptions): tf.Sequential {
  return recurrent("gru", options);
}
