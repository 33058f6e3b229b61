export { type Clamp, clampOf } from "./clamp.js";
export { fixedExp } from "./fixedExp.js";
export { type FixedPoint, fixedPoint } from "./fixedPoint.js";
export { awayFromZero, halfEven } from "./halves.js";
export { highMultiply, multiplyTwice, multiplyTwiceUp, roundingShift } from "./highMultiply.js";
export { expConstants, integerExp } from "./integerExp.js";
export { integerRoot } from "./integerRoot.js";
export { toFloat32Mean } from "./loops/mean.js";
export { shiftUp } from "./loops/shiftUp.js";
export {
  type Multiplier,
  type Multipliers,
  multiplierOf,
  multipliersOf,
  roundingOf,
  type SummingOp,
  wideRoundingOf,
} from "./multiplier.js";
export { type Requantization, requantize, requantizeWide } from "./requantize.js";
export type { Rounding } from "./rounding.js";
export { fixedSigmoid, fixedTanh, reciprocal } from "./sigmoids.js";
export { dequantize, quantize } from "./values.js";
export { saturate, type Word, word16, word32 } from "./words.js";
