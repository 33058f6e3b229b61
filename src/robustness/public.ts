export {
  type Attacked,
  Curve,
  type CurveOptions,
  type CurveRow,
  curve,
} from "./attack/curve.js";
export { fgsm } from "./attack/fgsm.js";
export type { AttackOptions, Norm, PgdOptions } from "./attack/options.js";
export { pgd } from "./attack/pgd.js";
export { Attack, type AttackRow } from "./attack/result.js";
export {
  type ConfidenceScore,
  Outside,
  type OutsideOptions,
  type OutsideRow,
  outside,
} from "./confidence/outside.js";
export {
  Reliability,
  type ReliabilityBin,
  type ReliabilityOptions,
  type ReliabilityRow,
  reliability,
} from "./confidence/reliability.js";
export { noiseImages, type StrangeOptions, strokeLetters } from "./confidence/strange.js";
export { type MaskedOptions, masked } from "./masking/masked.js";
export { Masking, type MaskingRow } from "./masking/result.js";
export { type CorruptOptions, corrupt } from "./shift/corrupt.js";
export { type CorruptionName, corruptionNames } from "./shift/corruptions.js";
export { type Mce, Shift, type ShiftRow } from "./shift/result.js";
export { type ShiftOptions, shift } from "./shift/shift.js";
