/** @internal */
export {
  type Clamp,
  clampOf,
  type FixedPoint,
  fixedPoint,
  halfEven,
  type Multiplier,
  type Multipliers,
  multiplierOf,
  multipliersOf,
  type Rounding,
  roundingOf,
  wideRoundingOf,
} from "./arithmetic/index.js";
/** @internal */
export { quantize } from "./arithmetic/values.js";
/** @internal */
export { withoutIdle } from "./convert/withoutIdle.js";
/** @internal */
export { createEngine, type Engine, type EngineOptions } from "./engine/index.js";
/** @internal */
export { programJson } from "./model/config.js";
/** @internal */
export { IntegerLayer } from "./model/integerLayer.js";
/** @internal */
export {
  delegatesProduct,
  delegatesSum,
  delegatesTransposed,
  fixedExponentials,
  floatExponentials,
  geometryOf,
  inEights,
} from "./ops/index.js";
/** @internal */
export type * from "./program/index.js";
export * from "./public.js";
