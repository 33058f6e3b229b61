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
export { type MaskedOptions, masked } from "./masking/masked.js";
export { Masking, type MaskingRow } from "./masking/result.js";
