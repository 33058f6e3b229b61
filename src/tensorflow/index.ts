export { type Environment, environment } from "./environment.js";
export type { TensorFlow } from "./load.js";
export { isNative, tf } from "./tf.js";
