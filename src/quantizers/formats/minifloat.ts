import {
  checkChoice,
  checkInteger,
  checkOptions,
  type OptionNames,
} from "../../arguments/index.js";
import { type Arithmetic, checkRounding, type Rounding } from "../grid/rounding.js";
import {
  type Sharing,
  type SharingOptions,
  sharing,
  sharingOptions,
  sharingText,
} from "./granularity.js";
import { checkFormatSeed } from "./integer.js";

/**
 * The codes that stand for no number: infinities and NaNs as in IEEE 754, one NaN of each sign and no infinity,
 * or neither.
 */
export type Specials = "ieee" | "nan" | "none";

/** A format of small floating-point numbers. */
export interface MinifloatFormat extends Sharing {
  readonly kind: "float";
  /** E.g. `fp8 e4m3`. */
  readonly name: string;
  /** Sign, exponent and mantissa together. */
  readonly bits: number;
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly specials: Specials;
  /** Whether values beyond the largest become the largest; else ∞, or NaN where there is none. */
  readonly saturate: boolean;
  /** The largest number. */
  readonly largest: number;
  readonly rounding: "halfEven" | "stochastic";
  readonly matches: Arithmetic | undefined;
  readonly seed?: number | string;
  toString(): string;
}

/** Options of formats of floating-point numbers. */
export interface MinifloatOptions extends SharingOptions {
  /**
   * Whether values beyond the largest number become that number. Default true; false for {@link float16} and
   * {@link bfloat16}, as casts do. A format with neither ∞ nor NaN refuses `false`.
   */
  saturate?: boolean;
  /** `"halfEven"` (default) or `"stochastic"`. */
  rounding?: "halfEven" | "stochastic";
  /** With stochastic rounding: an integer or a text that decides the draws. */
  seed?: number | string;
}

/** @internal */
export const minifloatOptions: OptionNames<MinifloatOptions> = {
  ...sharingOptions,
  saturate: true,
  rounding: true,
  seed: true,
};

/** Options of {@link minifloat}. */
export interface CustomMinifloatOptions extends MinifloatOptions {
  /** Which codes stand for ∞ and NaN. Default `"none"`; with 8 bits of exponent `"ieee"`, since float32 has no larger exponents. */
  specials?: Specials;
  /** The number that is subtracted from a stored exponent. Default 2^(exponentBits−1) − 1. */
  bias?: number;
}

/**
 * Floating-point numbers of few bits: a sign, exponent and mantissa,
 * (−1)^s · 2^(E − bias) · (1 + M / 2^m), and for E = 0 the subnormal (−1)^s · 2^(1 − bias) · M / 2^m.
 *
 * Without `per` values are taken as they are, as a cast does; with it each tensor, channel, group or
 * token is scaled so that its largest value becomes the format's. Subnormal float32 numbers count as 0,
 * as they do in TensorFlow. A NaN stays NaN; a format that has none refuses to give its code.
 *
 * @param exponentBits from 2 to 8
 * @param mantissaBits from 0 to 10, with the exponent and the sign at most 16 bits
 * @throws RangeError if the numbers of bits are invalid, TypeError if an option is unknown
 * @example
 * q.minifloat(3, 2).largest; // 28
 * q.fakeQuantize([0.3, 5.1, -99], q.minifloat(3, 2)); // [ 0.3125, 5, -28 ]
 */
export function minifloat(
  exponentBits: number,
  mantissaBits: number,
  options: CustomMinifloatOptions = {},
): MinifloatFormat {
  checkOptions<CustomMinifloatOptions>("q.minifloat", options, {
    saturate: true,
    rounding: true,
    seed: true,
    per: true,
    groupSize: true,
    axis: true,
    specials: true,
    bias: true,
  });
  const {
    specials = exponentBits === 8 ? "ieee" : "none",
    bias = 2 ** (exponentBits - 1) - 1,
    ...rest
  } = options;
  const call = `minifloat(${exponentBits}, ${mantissaBits}, …)`;
  checkParts(exponentBits, mantissaBits);
  checkChoice("specials", specials, ["ieee", "nan", "none"]);
  // float32's normal exponents are -126 to 127. IEEE's largest exponent stands for no numbers.
  const least = 2 ** exponentBits - (specials === "ieee" ? 129 : 128);
  if (least > 127) {
    throw new TypeError(
      `invalid specials: ${specials} with 8 bits of exponent, beyond float32's (expected "ieee", as in q.minifloat(8, ${mantissaBits}))`,
    );
  }
  checkInteger("bias", bias, { from: least, to: 127 });
  const name = `e${exponentBits}m${mantissaBits}`;
  return named(name, call, { exponentBits, mantissaBits, bias, specials }, rest);
}

/** @internal A format by its fields, which have been checked. */
export function named(
  name: string,
  call: string,
  parts: Pick<MinifloatFormat, "exponentBits" | "mantissaBits" | "bias" | "specials">,
  options: MinifloatOptions,
): MinifloatFormat {
  const { saturate = true, rounding = "halfEven", seed } = options;
  const shared = sharing(options, call);
  checkRounding(rounding, call, ["halfEven", "stochastic"] satisfies Rounding[]);
  checkFormatSeed(seed, rounding, call);
  if (typeof saturate !== "boolean" || (!saturate && parts.specials === "none")) {
    throw new TypeError(
      `invalid saturate: ${saturate} (expected true${parts.specials === "none" ? `: ${name} has neither ∞ nor NaN` : " or false"})`,
    );
  }
  const { exponentBits, mantissaBits, bias } = parts;
  const words = [
    `${name}${sharingText(shared)}`,
    ...(saturate ? [] : ["not saturating"]),
    ...(rounding === "stochastic" ? ["stochastic rounding"] : []),
  ];
  return Object.freeze({
    kind: "float" as const,
    name,
    bits: 1 + exponentBits + mantissaBits,
    ...parts,
    saturate,
    largest: valueOfCode(largestCode(parts), exponentBits, mantissaBits, bias),
    ...shared,
    rounding,
    matches: rounding === "halfEven" ? ("ml_dtypes" as const) : undefined,
    seed,
    toString: () => words.join(", "),
  });
}

/** @internal The code of the largest number; the codes after it are infinity and NaNs. */
export function largestCode({
  exponentBits,
  mantissaBits,
  specials,
}: Pick<MinifloatFormat, "exponentBits" | "mantissaBits" | "specials">): number {
  const codes = 2 ** (exponentBits + mantissaBits);
  if (specials === "none") return codes - 1;
  return specials === "nan" ? codes - 2 : codes - 2 ** mantissaBits - 1;
}

/** @internal The value of every code, NaNs and infinities included. */
export function valuesOf(format: MinifloatFormat): Float32Array {
  const { bits, exponentBits, mantissaBits, bias, specials } = format;
  const half = 2 ** (bits - 1);
  const largest = largestCode(format);
  return Float32Array.from({ length: 2 ** bits }, (_, code) => {
    const size = code % half;
    const sign = code < half ? 1 : -1;
    if (size <= largest) return sign * valueOfCode(size, exponentBits, mantissaBits, bias);
    return specials === "ieee" && size === largest + 1
      ? sign * Number.POSITIVE_INFINITY
      : Number.NaN;
  });
}

function valueOfCode(code: number, exponentBits: number, mantissaBits: number, bias: number) {
  const exponent = Math.floor(code / 2 ** mantissaBits) % 2 ** exponentBits;
  const fraction = (code % 2 ** mantissaBits) / 2 ** mantissaBits;
  return exponent === 0 ? 2 ** (1 - bias) * fraction : 2 ** (exponent - bias) * (1 + fraction);
}

function checkParts(exponentBits: number, mantissaBits: number): void {
  const example = "q.minifloat(4, 3)";
  checkInteger("exponentBits", exponentBits, { from: 2, to: 8, example });
  const most = Math.min(10, 15 - exponentBits);
  checkInteger("mantissaBits", mantissaBits, { from: 0, to: most, example });
}
