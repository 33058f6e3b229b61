export { type Compiled, type CompileOptions, compile } from "./compile/compile.js";
export { type Environment, environment } from "./environment.js";
export { fakeQuant, fakeQuantGradient } from "./fakeQuant/fakeQuant.js";
export type { FakeQuantAttributes } from "./fakeQuant/native.js";
export { type Grid, nudge } from "./fakeQuant/nudge.js";
export type { TensorFlow } from "./loading/loaded.js";
export * as random from "./random/index.js";
export { tf } from "./tf.js";
