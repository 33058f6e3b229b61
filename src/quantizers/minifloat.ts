import { checkFormatSeed } from "./format.js";
import { type Sharing, type SharingOptions, sharing, sharingText } from "./granularity.js";
import { checkRounding, type Kernel, type Rounding } from "./rounding.js";

/**
 * What codes besides numbers there are: infinities and NaNs as in IEEE 754, one NaN of each sign and no
 * infinity, or neither.
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
  readonly matches: Kernel | undefined;
  readonly seed?: number | string;
  toString(): string;
}

/** Options of formats of floating-point numbers. */
export interface MinifloatOptions extends SharingOptions {
  /** Default true; `false` where the format has neither ∞ nor NaN is refused. */
  saturate?: boolean;
  /** `"halfEven"` (default) or `"stochastic"`. */
  rounding?: "halfEven" | "stochastic";
  /** With stochastic rounding: an integer or a text that decides the draws. */
  seed?: number | string;
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
 * @param options `specials` (`"ieee"`, `"nan"`, or the default `"none"`), `bias` (default
 *   2^(exponentBits−1) − 1), `saturate`, `per`, `rounding`, `seed`
 * @throws RangeError for other bits, TypeError for other options
 * @example
 * q.minifloat(3, 2).largest; // 28
 * q.fakeQuantize([0.3, 5.1, -99], q.minifloat(3, 2)); // [ 0.3125, 5, -28 ]
 */
export function minifloat(
  exponentBits: number,
  mantissaBits: number,
  {
    specials = "none",
    bias = 2 ** (exponentBits - 1) - 1,
    ...options
  }: MinifloatOptions & { specials?: Specials; bias?: number } = {},
): MinifloatFormat {
  const call = `minifloat(${exponentBits}, ${mantissaBits}, …)`;
  checkParts(exponentBits, mantissaBits);
  if (!["ieee", "nan", "none"].includes(specials)) {
    throw new TypeError(`invalid specials: ${specials} (expected "ieee", "nan" or "none")`);
  }
  // float32's normal exponents are -126 to 127.
  if (!Number.isInteger(bias) || bias < 2 ** exponentBits - 128 || bias > 127) {
    throw new RangeError(
      `invalid bias: ${bias} (expected an integer from ${2 ** exponentBits - 128} to 127)`,
    );
  }
  const name = `e${exponentBits}m${mantissaBits}`;
  return named(name, call, { exponentBits, mantissaBits, bias, specials }, options);
}

/** @internal A format by its parts, which are right. */
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

/** @internal The code of the largest number; what follows it are infinity and NaNs. */
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
  if (!Number.isInteger(exponentBits) || exponentBits < 2 || exponentBits > 8) {
    throw new RangeError(
      `invalid exponentBits: ${exponentBits} (expected an integer from 2 to 8, as in q.minifloat(4, 3))`,
    );
  }
  const most = Math.min(10, 15 - exponentBits);
  if (!Number.isInteger(mantissaBits) || mantissaBits < 0 || mantissaBits > most) {
    throw new RangeError(
      `invalid mantissaBits: ${mantissaBits} (expected an integer from 0 to ${most}, as in q.minifloat(4, 3))`,
    );
  }
}
