import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";

interface Shaped {
  computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape;
}

/** @internal CenterCrop leaves the shape of its input as it is: tfjs writes the cropped sizes into it. */
export function completePreprocessing(tf: TensorFlow): void {
  const crop = tf.layers.centerCrop({ name: "completed", height: 1, width: 1 });
  const prototype = Object.getPrototypeOf(crop) as Shaped;
  const { computeOutputShape } = prototype;
  prototype.computeOutputShape = function (shape) {
    return computeOutputShape.call(this, [...shape] as tf.Shape);
  };
}
