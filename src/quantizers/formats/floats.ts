import { checkChoice, checkOptions } from "../../arguments/index.js";
import {
  type MinifloatFormat,
  type MinifloatOptions,
  minifloatOptions,
  named,
  type Specials,
} from "./minifloat.js";

interface Parts {
  exponentBits: number;
  mantissaBits: number;
  bias: number;
  specials: Specials;
}

const parts = (exponentBits: number, mantissaBits: number, specials: Specials): Parts => ({
  exponentBits,
  mantissaBits,
  bias: 2 ** (exponentBits - 1) - 1,
  specials,
});
const fp8Parts = { e4m3: parts(4, 3, "nan"), e5m2: parts(5, 2, "ieee") };
const fp6Parts = { e2m3: parts(2, 3, "none"), e3m2: parts(3, 2, "none") };

/**
 * Eight-bit floating-point numbers: `e4m3` up to 448 with NaN and no ∞, `e5m2` up to 57344 with both. OCP 8-bit
 * Floating Point Specification (OFP8) 1.0, tables 1 and 2; Micikevicius et al. 2022, arXiv:2209.05433. Numbers
 * are rounded as in ml_dtypes' `float8_e4m3fn` and `float8_e5m2`, which don't saturate: `saturate: false` does
 * the same.
 *
 * @param variant `"e4m3"` (default) or `"e5m2"`
 * @throws TypeError if the variant or an option is unknown
 * @example
 * q.fakeQuantize([0.3, 17, 1000], q.fp8("e4m3")); // [ 0.3125, 16, 448 ]
 * q.fakeQuantize([0.3, 17, 1e6], q.fp8("e5m2", { saturate: false })); // [ 0.3125, 16, Infinity ]
 */
export function fp8(variant: "e4m3" | "e5m2" = "e4m3", options: MinifloatOptions = {}) {
  checkOptions("q.fp8", options, minifloatOptions);
  return make("fp8", fp8Parts, variant, options);
}

/**
 * Six-bit floating-point numbers without ∞ and NaN: `e2m3` up to 7.5, `e3m2` up to 28. OCP Microscaling Formats
 * (MX) Specification 1.0, section 5.3.2. Numbers are rounded as in ml_dtypes' `float6_e2m3fn` and
 * `float6_e3m2fn`.
 *
 * @param variant `"e2m3"` (default) or `"e3m2"`
 * @throws TypeError if the variant or an option is unknown
 * @example
 * q.fp6("e2m3").largest; // 7.5
 */
export function fp6(variant: "e2m3" | "e3m2" = "e2m3", options: MinifloatOptions = {}) {
  checkOptions("q.fp6", options, minifloatOptions);
  return make("fp6", fp6Parts, variant, options);
}

/**
 * Four-bit floating-point numbers: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives. OCP Microscaling Formats
 * (MX) Specification 1.0, section 5.3.3. Numbers are rounded as in ml_dtypes' `float4_e2m1fn`.
 *
 * @param variant `"e2m1"`
 * @throws TypeError if the variant or an option is unknown
 * @example
 * q.fakeQuantize([0.2, 2.4, 2.5, 9], q.fp4()); // [ 0, 2, 2, 6 ]
 */
export function fp4(variant: "e2m1" = "e2m1", options: MinifloatOptions = {}) {
  checkOptions("q.fp4", options, minifloatOptions);
  return make("fp4", { e2m1: parts(2, 1, "none") }, variant, options);
}

/**
 * Google's bfloat16: float32's exponents with 7 bits of mantissa. Numbers are rounded as in ml_dtypes'
 * `bfloat16`, except that subnormal numbers, below 2⁻¹²⁶, become 0, as in TensorFlow.
 *
 * @example
 * q.fakeQuantize([3.14159], q.bfloat16()); // [ 3.140625 ]
 */
export function bfloat16(options: MinifloatOptions = {}) {
  checkOptions("q.bfloat16", options, minifloatOptions);
  const { saturate = false, ...rest } = options;
  return named("bfloat16", "bfloat16(…)", parts(8, 7, "ieee"), { saturate, ...rest });
}

/**
 * IEEE 754's binary16: 5 bits of exponent, 10 of mantissa, up to 65504.
 *
 * @example
 * q.fakeQuantize([3.14159, 1e5], q.float16()); // [ 3.140625, Infinity ]
 */
export function float16(options: MinifloatOptions = {}) {
  checkOptions("q.float16", options, minifloatOptions);
  const { saturate = false, ...rest } = options;
  return named("float16", "float16(…)", parts(5, 10, "ieee"), { saturate, ...rest });
}

function make(
  name: string,
  all: Record<string, Parts>,
  variant: string,
  options: MinifloatOptions,
): MinifloatFormat {
  const variants = Object.keys(all);
  checkChoice("variant", variant, variants, { example: `q.${name}("${variants[0]}")` });
  return named(`${name} ${variant}`, `${name}("${variant}", …)`, all[variant]!, options);
}
