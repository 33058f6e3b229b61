import { checkBits, checkOptions, isSeed, type OptionNames } from "../../arguments/index.js";
import { type Arithmetic, arithmeticsOf, checkRounding, type Rounding } from "../grid/rounding.js";
import {
  type Granularity,
  type Sharing,
  type SharingOptions,
  sharing,
  sharingOptions,
  sharingText,
} from "./granularity.js";

/** An integer number format: its codes, the values that share a scale, and the rounding. */
export interface IntegerFormat extends Sharing {
  readonly kind: "int" | "uint";
  /** The width of a code, from 1 to 16. */
  readonly bits: number;
  readonly per: Granularity;
  /** Whether the zero point is 0, so that only a scale is calibrated. */
  readonly symmetric: boolean;
  /** Whether the smallest code is left out. */
  readonly narrowRange: boolean;
  /** The smallest and largest code. */
  readonly smallest: number;
  readonly largest: number;
  /** Whether scales are powers of two: a range is widened until its scale is one. */
  readonly powerOfTwo: boolean;
  readonly rounding: Rounding;
  /** Whose arithmetic the values have, bit for bit; `undefined` for stochastic rounding. */
  readonly matches: Arithmetic | undefined;
  /** The seed of stochastic rounding. */
  readonly seed?: number | string;
  /** The format in words, e.g. `int3 per channel`. */
  toString(): string;
}

/** Options of {@link int} and {@link uint}. */
export interface FormatOptions extends SharingOptions {
  /** Which values share a scale. Default `"tensor"`. */
  per?: Granularity;
  /** Leave the smallest code out, so that an `int` has as many codes below 0 as above. Default false. */
  narrowRange?: boolean;
  /** Widen ranges until their scale is a power of two. Default false. */
  powerOfTwo?: boolean;
  /** How values between two codes are rounded. Default `"halfUp"`, as TensorFlow's FakeQuant ops round. */
  rounding?: Rounding;
  /**
   * Whose arithmetic: `"tensorflow"` for halfUp, `"pytorch"` (default) or `"onnx"` for halfEven (PyTorch
   * multiplies by the inverse of the scale, ONNX Runtime divides), `"tflite"` for halfAwayFromZero.
   */
  matches?: Arithmetic;
  /** With stochastic rounding: an integer or a text that decides the draws. Default: drawn anew. */
  seed?: number | string;
}

/** @internal */
export const formatOptions: OptionNames<FormatOptions> = {
  ...sharingOptions,
  narrowRange: true,
  powerOfTwo: true,
  rounding: true,
  matches: true,
  seed: true,
};

/** Options of {@link int}. */
export interface IntOptions extends FormatOptions {
  /** Whether the value 0 has the code 0; otherwise a zero point is found with the scale. Default true. */
  symmetric?: boolean;
}

/**
 * Signed codes of `bits` bits, from −2^(bits−1) to 2^(bits−1) − 1: the usual format of weights.
 *
 * TensorFlow's native op computes 2 to 16 bits; 1 bit, with the codes −1 and 0, is composed of other ops.
 * Formats that match PyTorch or ONNX Runtime differ from them in NaN only: it stays NaN here, where they make
 * it the smallest code. PyTorch per channel also sends +∞ and 1e30 to the smallest code.
 *
 * @param bits from 1 to 16
 * @throws RangeError if `bits` is not an integer from 1 to 16, or if a group is invalid; TypeError if an option is unknown
 * @example
 * String(q.int(3, { per: "channel" })); // "int3 per channel"
 * String(q.int(4, { per: "group", groupSize: 32 })); // "int4 per group of 32"
 * q.int(3).smallest; // -4
 * q.int(8, { rounding: "halfEven" }).matches; // "pytorch"
 */
export function int(bits: number, options: IntOptions = {}): IntegerFormat {
  checkOptions<IntOptions>("q.int", options, {
    per: true,
    narrowRange: true,
    powerOfTwo: true,
    rounding: true,
    matches: true,
    seed: true,
    groupSize: true,
    axis: true,
    symmetric: true,
  });
  const { symmetric = true, ...rest } = options;
  const half = 2 ** (bits - 1);
  return format("int", bits, symmetric, rest, -half, half - 1);
}

/**
 * Unsigned codes of `bits` bits, from 0 to 2^bits − 1, with a zero point: the usual format of
 * activations. After a ReLU the zero point is 0.
 *
 * @param bits from 1 to 16 (1 bit isn't native)
 * @throws RangeError if `bits` is not an integer from 1 to 16, or if a group is invalid; TypeError if an option is unknown
 * @example
 * q.uint(3).largest; // 7
 */
export function uint(bits: number, options: FormatOptions = {}): IntegerFormat {
  checkOptions("q.uint", options, formatOptions);
  return format("uint", bits, false, options, 0, 2 ** bits - 1);
}

/** @internal A format with a new width. */
export function withBits(format: IntegerFormat, bits: number): IntegerFormat {
  const { kind, symmetric, per, groupSize, axis, ...rest } = format;
  const { narrowRange, powerOfTwo, rounding, matches, seed } = rest;
  const options = { per, narrowRange, powerOfTwo, rounding, matches, seed };
  const grouped = per === "group" ? { ...options, groupSize, axis } : options;
  return kind === "int" ? int(bits, { ...grouped, symmetric }) : uint(bits, grouped);
}

/** @internal Whether a value is an integer format. */
export function isFormat(value: unknown): value is IntegerFormat {
  const { kind, bits, smallest, largest } = (value ?? {}) as Partial<IntegerFormat>;
  return (kind === "int" || kind === "uint") && [bits, smallest, largest].every(Number.isInteger);
}

/** @internal @throws TypeError if `format` isn't an integer format */
export function checkFormat(format: IntegerFormat): void {
  if (isFormat(format)) return;
  throw new TypeError(`invalid format: ${String(format)} (expected a format, as in q.int(8))`);
}

function format(
  kind: "int" | "uint",
  bits: number,
  symmetric: boolean,
  options: FormatOptions,
  first: number,
  largest: number,
): IntegerFormat {
  const { narrowRange = false, powerOfTwo = false, rounding = "halfUp", per = "tensor" } = options;
  checkWidth(bits, narrowRange, kind);
  const call = `${kind}(${bits}, …)`;
  const shared = sharing({ ...options, per }, call);
  for (const [name, value] of Object.entries({ symmetric, narrowRange, powerOfTwo })) {
    if (typeof value === "boolean") continue;
    throw new TypeError(
      `invalid ${name}: ${value} (expected true or false, as in q.${kind}(${bits}, { ${name}: true }))`,
    );
  }
  checkRounding(rounding, call);
  const { matches = arithmeticsOf[rounding][0], seed } = options;
  checkArithmetic(matches, rounding, call);
  checkFormatSeed(seed, rounding, call);
  const words = [
    `${kind}${bits}${sharingText(shared)}`,
    ...(kind === "int" && !symmetric ? ["asymmetric"] : []),
    ...(narrowRange ? ["narrow range"] : []),
    ...(powerOfTwo ? ["power-of-two scales"] : []),
    ...(rounding === "halfUp"
      ? []
      : [matches ? `rounded as in ${matches}` : `${rounding} rounding`]),
  ];
  return Object.freeze({
    kind,
    bits,
    ...shared,
    per,
    symmetric,
    narrowRange,
    smallest: narrowRange ? first + 1 : first,
    largest,
    powerOfTwo,
    rounding,
    matches,
    seed,
    toString: () => words.join(", "),
  });
}

function checkArithmetic(matches: Arithmetic | undefined, rounding: Rounding, call: string): void {
  if (matches === undefined || arithmeticsOf[rounding].includes(matches)) return;
  const right = (Object.keys(arithmeticsOf) as Rounding[]).find((r) =>
    arithmeticsOf[r].includes(matches),
  );
  const how = right
    ? `{ rounding: "${right}", matches: "${matches}" }`
    : '{ rounding: "halfEven", matches: "onnx" }';
  throw new TypeError(
    `invalid matches: ${matches} with rounding ${rounding} (expected as in q.${call.replace("…", how)})`,
  );
}

/** @internal @throws TypeError if the seed isn't an integer or a text, or if the rounding draws nothing */
export function checkFormatSeed(
  seed: number | string | undefined,
  rounding: Rounding,
  call: string,
): void {
  if (seed === undefined) return;
  const valid = isSeed(seed);
  if (valid && rounding === "stochastic") return;
  throw new TypeError(
    `invalid seed: ${seed}${valid ? ` with rounding ${rounding}` : ""} (expected as in q.${call.replace("…", '{ rounding: "stochastic", seed: 7 }')})`,
  );
}

function checkWidth(bits: number, narrowRange: boolean, kind: string): void {
  checkBits(bits, { example: `q.${kind}(8)` });
  if (bits === 1 && narrowRange) {
    throw new RangeError(
      "invalid narrowRange: true with 1 bit leaves a single code (expected at least 2 bits)",
    );
  }
}
