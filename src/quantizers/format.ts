import {
  type Granularity,
  type Sharing,
  type SharingOptions,
  sharing,
  sharingText,
} from "./granularity.js";
import { checkRounding, type Kernel, kernelsOf, type Rounding } from "./rounding.js";

/** An integer number format: which codes there are, what shares a scale, how values are rounded. */
export interface IntegerFormat extends Sharing {
  readonly kind: "int" | "uint";
  /** From 1 to 16. */
  readonly bits: number;
  readonly per: Granularity;
  /** Whether the value 0 has the code 0, so that only a scale is to be found. */
  readonly symmetric: boolean;
  /** Whether the smallest code is left out. */
  readonly narrowRange: boolean;
  /** The smallest and largest code. */
  readonly smallest: number;
  readonly largest: number;
  /** Whether scales are powers of two: a range is widened until its scale is one. */
  readonly powerOfTwo: boolean;
  readonly rounding: Rounding;
  /** Whose numbers they are, bit for bit; `undefined` for stochastic rounding. */
  readonly matches: Kernel | undefined;
  /** Decides what stochastic rounding draws. */
  readonly seed?: number | string;
  /** E.g. `int3 per channel`. */
  toString(): string;
}

/** Options of {@link int} and {@link uint}. */
export interface FormatOptions extends SharingOptions {
  /** What shares a scale. Default `"tensor"`. */
  per?: Granularity;
  /** Leave the smallest code out, so that an `int` has as many codes below 0 as above. Default false. */
  narrowRange?: boolean;
  /** Widen ranges until their scale is a power of two. Default false. */
  powerOfTwo?: boolean;
  /** Default `"halfUp"`, as TensorFlow's FakeQuant ops round. */
  rounding?: Rounding;
  /**
   * Whose arithmetic: `"tensorflow"` for halfUp, `"pytorch"` (default) or `"onnx"` for halfEven (PyTorch
   * multiplies by the inverse of the scale, ONNX Runtime divides), `"tflite"` for halfAwayFromZero.
   */
  matches?: Kernel;
  /** With stochastic rounding: an integer or a text that decides the draws. Default: drawn anew. */
  seed?: number | string;
}

/**
 * Signed codes of `bits` bits, from −2^(bits−1) to 2^(bits−1) − 1: the usual format of weights.
 *
 * Native TensorFlow has 2 to 16 bits; with 1 bit, the codes −1 and 0, the composed twin computes. Where
 * the numbers are PyTorch's or ONNX Runtime's, NaN is the exception: it stays NaN here, there it becomes
 * the smallest code; PyTorch also sends +∞ and 1e30 to the smallest code, per channel.
 *
 * @param bits from 1 to 16
 * @param options `per` (with `groupSize` and `axis` for groups), `narrowRange`, `powerOfTwo`,
 *   `rounding`, `matches`, `seed`, and `symmetric`: the value 0 has the code 0 (default true); else a
 *   zero point is found with the scale
 * @throws RangeError for other bits or groups, TypeError for other options
 * @example
 * String(q.int(3, { per: "channel" })); // "int3 per channel"
 * String(q.int(4, { per: "group", groupSize: 32 })); // "int4 per group of 32"
 * q.int(3).smallest; // -4
 * q.int(8, { rounding: "halfEven" }).matches; // "pytorch"
 */
export function int(
  bits: number,
  { symmetric = true, ...options }: FormatOptions & { symmetric?: boolean } = {},
): IntegerFormat {
  const half = 2 ** (bits - 1);
  return format("int", bits, symmetric, options, -half, half - 1);
}

/**
 * Unsigned codes of `bits` bits, from 0 to 2^bits − 1, with a zero point: the usual format of
 * activations. After a ReLU the zero point is 0.
 *
 * @param bits from 1 to 16 (1 bit isn't native)
 * @param options those of {@link int} but `symmetric`
 * @throws RangeError for other bits or groups, TypeError for other options
 * @example
 * q.uint(3).largest; // 7
 */
export function uint(bits: number, options: FormatOptions = {}): IntegerFormat {
  return format("uint", bits, false, options, 0, 2 ** bits - 1);
}

/** @internal The same format with another width. */
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

/** @internal @throws TypeError for anything but an integer format. */
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
  checkBits(bits, narrowRange, kind);
  const call = `${kind}(${bits}, …)`;
  const shared = sharing({ ...options, per }, call);
  for (const [name, value] of Object.entries({ symmetric, narrowRange, powerOfTwo })) {
    if (typeof value === "boolean") continue;
    throw new TypeError(
      `invalid ${name}: ${value} (expected true or false, as in q.${kind}(${bits}, { ${name}: true }))`,
    );
  }
  checkRounding(rounding, call);
  const { matches = kernelsOf[rounding][0], seed } = options;
  checkKernel(matches, rounding, call);
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

function checkKernel(matches: Kernel | undefined, rounding: Rounding, call: string): void {
  if (matches === undefined || kernelsOf[rounding].includes(matches)) return;
  const right = (Object.keys(kernelsOf) as Rounding[]).find((r) => kernelsOf[r].includes(matches));
  const how = right
    ? `{ rounding: "${right}", matches: "${matches}" }`
    : '{ rounding: "halfEven", matches: "onnx" }';
  throw new TypeError(
    `invalid matches: ${matches} with rounding ${rounding} (expected as in q.${call.replace("…", how)})`,
  );
}

/** @internal @throws TypeError for a seed that isn't one, or that nothing is drawn with. */
export function checkFormatSeed(
  seed: number | string | undefined,
  rounding: Rounding,
  call: string,
): void {
  if (seed === undefined) return;
  const valid = typeof seed === "string" || Number.isSafeInteger(seed);
  if (valid && rounding === "stochastic") return;
  throw new TypeError(
    `invalid seed: ${seed}${valid ? ` with rounding ${rounding}` : ""} (expected as in q.${call.replace("…", '{ rounding: "stochastic", seed: 7 }')})`,
  );
}

function checkBits(bits: number, narrowRange: boolean, kind: string): void {
  if (!Number.isInteger(bits) || bits < 1 || bits > 16) {
    throw new RangeError(
      `invalid bits: ${bits} (expected an integer from 1 to 16, as in q.${kind}(8))`,
    );
  }
  if (bits === 1 && narrowRange) {
    throw new RangeError(
      "invalid narrowRange: true with 1 bit leaves a single code (expected at least 2 bits)",
    );
  }
}
