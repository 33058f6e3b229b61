import type { tf } from "../tensorflow/index.js";

/** A layer of tfjs's, as far as tf.layers exports its type. */
export type Layer = InstanceType<typeof tf.layers.Layer>;
