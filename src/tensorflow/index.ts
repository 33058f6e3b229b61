export { type Compiled, type CompileOptions, compile } from "./compile/compile.js";
export { type Danfo, danfo } from "./danfo.js";
export { type Environment, environment } from "./environment.js";
export { fakeQuant, fakeQuantGradient } from "./fakeQuant.js";
export type { FakeQuantAttributes } from "./fakeQuantNative.js";
export type { TensorFlow } from "./load.js";
export { type Grid, nudge } from "./nudge.js";
export * as random from "./random/index.js";
export { tf } from "./tf.js";
