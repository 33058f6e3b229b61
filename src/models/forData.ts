import { checkOptions } from "../arguments/index.js";
import type { tf } from "../tensorflow/index.js";
import { depthwiseCnn } from "./depthwiseCnn.js";
import { mlp } from "./mlp.js";

/** Options of {@link forData}. */
export interface ForDataOptions {
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/**
 * A small network that fits a data set: {@link depthwiseCnn} for images whose height and width are divisible by 4,
 * {@link mlp} for all else. So a notebook that takes its data by a parameter has a network for each.
 *
 * @param data a data set: the shape of an example and the number of classes are its own; with 0 classes the network
 *   has one output, a number
 * @returns a tfjs Layers model, whose outputs are logits
 * @throws TypeError if `data` has no examples or no classes, or if `seed` is neither an integer nor a text
 * @example
 * const { train } = await q.datasets.digits();
 * q.models.forData(train, { seed: 7 }).name; // "depthwise_cnn"
 */
export function forData(
  data: { readonly xs: tf.Tensor; readonly classes: number },
  options: ForDataOptions = {},
): tf.LayersModel {
  checkOptions<ForDataOptions>("q.models.forData", options, { seed: true });
  const { xs, classes } = data ?? {};
  if (!Array.isArray(xs?.shape) || typeof classes !== "number") {
    throw new TypeError(
      `invalid data: ${data} (expected a data set, as in q.models.forData(train, { seed: 1 }))`,
    );
  }
  const [, ...shape] = xs.shape;
  const [height, width, channels] = shape;
  const named = { ...options, classes: classes === 0 ? 1 : classes };
  const isImage = shape.length === 3 && height! % 4 === 0 && width! % 4 === 0;
  return isImage
    ? depthwiseCnn({ ...named, inputShape: [height!, width!, channels!] })
    : mlp({ ...named, inputShape: shape });
}
