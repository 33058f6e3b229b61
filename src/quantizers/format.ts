/** What shares one scale: the whole tensor, or each output channel of a kernel. */
export type Granularity = "tensor" | "channel";

/** An integer number format: which codes there are, what shares a scale, how values are rounded. */
export interface IntegerFormat {
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
  /** Halves between two codes go to the larger one, as in TensorFlow's FakeQuant ops. */
  readonly rounding: "halfUp";
  readonly matches: "tensorflow";
  /** E.g. `int3 per channel`. */
  toString(): string;
}

/** Options of {@link int} and {@link uint}. */
export interface FormatOptions {
  /** What shares a scale. Default `"tensor"`. */
  per?: Granularity;
  /** Leave the smallest code out, so that an `int` has as many codes below 0 as above. Default false. */
  narrowRange?: boolean;
}

/**
 * Signed codes of `bits` bits, from −2^(bits−1) to 2^(bits−1) − 1: the usual format of weights.
 *
 * Native TensorFlow has 2 to 16 bits; with 1 bit, the codes −1 and 0, the composed twin computes.
 *
 * @param bits from 1 to 16
 * @param options `per`, `narrowRange`, and `symmetric`: the value 0 has the code 0 (default true);
 *   else a zero point is found with the scale
 * @throws RangeError for other bits, TypeError for other options
 * @example
 * String(q.int(3, { per: "channel" })); // "int3 per channel"
 * q.int(3).smallest; // -4
 */
export function int(
  bits: number,
  {
    per = "tensor",
    narrowRange = false,
    symmetric = true,
  }: FormatOptions & { symmetric?: boolean } = {},
): IntegerFormat {
  checkBits(bits, narrowRange, "int");
  const half = 2 ** (bits - 1);
  return format("int", bits, per, symmetric, narrowRange, -half, half - 1);
}

/**
 * Unsigned codes of `bits` bits, from 0 to 2^bits − 1, with a zero point: the usual format of
 * activations. After a ReLU the zero point is 0.
 *
 * @param bits from 1 to 16 (1 bit isn't native)
 * @param options `per`, `narrowRange`
 * @throws RangeError for other bits, TypeError for other options
 * @example
 * q.uint(3).largest; // 7
 */
export function uint(
  bits: number,
  { per = "tensor", narrowRange = false }: FormatOptions = {},
): IntegerFormat {
  checkBits(bits, narrowRange, "uint");
  return format("uint", bits, per, false, narrowRange, 0, 2 ** bits - 1);
}

/** @internal Whether a value is a format. */
export function isFormat(value: unknown): value is IntegerFormat {
  const { kind, bits, smallest, largest } = (value ?? {}) as Partial<IntegerFormat>;
  return (kind === "int" || kind === "uint") && [bits, smallest, largest].every(Number.isInteger);
}

/** @internal @throws TypeError for anything but a format. */
export function checkFormat(format: IntegerFormat): void {
  if (isFormat(format)) return;
  throw new TypeError(`invalid format: ${String(format)} (expected a format, as in q.int(8))`);
}

function format(
  kind: "int" | "uint",
  bits: number,
  per: Granularity,
  symmetric: boolean,
  narrowRange: boolean,
  first: number,
  largest: number,
): IntegerFormat {
  if (per !== "tensor" && per !== "channel") {
    throw new TypeError(
      `invalid per: ${per} (expected "tensor" or "channel", as in q.${kind}(${bits}, { per: "channel" }))`,
    );
  }
  for (const [name, value] of Object.entries({ symmetric, narrowRange })) {
    if (typeof value === "boolean") continue;
    throw new TypeError(
      `invalid ${name}: ${value} (expected true or false, as in q.${kind}(${bits}, { ${name}: true }))`,
    );
  }
  return Object.freeze({
    kind,
    bits,
    per,
    symmetric,
    narrowRange,
    smallest: narrowRange ? first + 1 : first,
    largest,
    rounding: "halfUp" as const,
    matches: "tensorflow" as const,
    toString: () =>
      `${kind}${bits} per ${per}${kind === "int" && !symmetric ? ", asymmetric" : ""}${narrowRange ? ", narrow range" : ""}`,
  });
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
