import { checkOptions, type OptionNames } from "../../arguments/index.js";
import { fp4, fp6, fp8 } from "./floats.js";
import { type Sharing, sharing } from "./granularity.js";
import type { MinifloatFormat } from "./minifloat.js";

/** A format of the OCP Microscaling specification: elements in blocks that share a power of two. */
export interface MxFormat extends Sharing {
  readonly kind: "mx";
  /** The format's name, e.g. `mxfp8 e4m3`. */
  readonly name: string;
  /** The bits of an element; the scale's 8 bits come on top, once a block. */
  readonly bits: number;
  readonly per: "group";
  readonly groupSize: number;
  readonly axis: -1 | -2;
  /** The format of an element. `"int8"` is a whole number of 64ths, from −127 to 127 of them. */
  readonly element: MinifloatFormat | "int8";
  readonly rounding: "halfEven";
  readonly matches: "ocp";
  toString(): string;
}

/** Options of the MX formats. */
export interface MxOptions {
  /** The axis along which a block's values follow each other. Default −2, a kernel's inputs; or −1. */
  axis?: -1 | -2;
  /** How many values a block has. Default 32, the specification's only size. */
  groupSize?: number;
}

/** @internal */
export const mxOptions: OptionNames<MxOptions> = { axis: true, groupSize: true };

/**
 * MXFP8: blocks of 32 eight-bit floating-point numbers, `e4m3` or `e5m2`, that share a scale, a power of two
 * (E8M0): the one of the largest value in the block, 2^⌊log₂ max|v|⌋, over that of the format's largest number.
 * A value that is then still beyond the largest number becomes that number. A block with NaN or ∞ is NaN as a
 * whole. OCP Microscaling Formats (MX) Specification 1.0, sections 5 and 6.3; Rouhani et al. 2023,
 * arXiv:2310.10537, algorithm 1. Scales below 2⁻¹²⁶, subnormal in float32, aren't used.
 *
 * @param variant `"e4m3"` (default) or `"e5m2"`
 * @throws TypeError if the variant is unknown, RangeError if the axis or the size is invalid
 * @example
 * String(q.mxfp8("e4m3")); // "mxfp8 e4m3 in blocks of 32"
 */
export function mxfp8(variant: "e4m3" | "e5m2" = "e4m3", options: MxOptions = {}): MxFormat {
  checkOptions("q.mxfp8", options, mxOptions);
  return make("mxfp8", fp8(variant), options);
}

/**
 * MXFP6: blocks of 32 six-bit floating-point numbers that share a scale, as in {@link mxfp8}.
 *
 * @param variant `"e2m3"` (default) or `"e3m2"`
 * @example
 * q.mxfp6("e3m2").bits; // 6
 */
export function mxfp6(variant: "e2m3" | "e3m2" = "e2m3", options: MxOptions = {}): MxFormat {
  checkOptions("q.mxfp6", options, mxOptions);
  return make("mxfp6", fp6(variant), options);
}

/**
 * MXFP4: blocks of 32 four-bit floating-point numbers that share a scale, as in {@link mxfp8}.
 *
 * @example
 * q.fakeQuantize([0.3, 5, 7, 100], q.mxfp4({ groupSize: 4 })); // [ 0, 8, 8, 96 ]
 */
export function mxfp4(options: MxOptions = {}): MxFormat {
  checkOptions("q.mxfp4", options, mxOptions);
  return make("mxfp4", fp4(), options);
}

/**
 * MXINT8: blocks of 32 whole numbers of 64ths, from −127 to 127 of them, that share a scale as in
 * {@link mxfp8}. The code −128 isn't used, so that the values are symmetric.
 *
 * @example
 * q.fakeQuantize([0.3, 1.999, -1], q.mxint8({ groupSize: 3 })); // [ 0.296875, 1.984375, -1 ]
 */
export function mxint8(options: MxOptions = {}): MxFormat {
  checkOptions("q.mxint8", options, mxOptions);
  return make("mxint8", "int8", options);
}

function make(
  kind: string,
  element: MinifloatFormat | "int8",
  { axis, groupSize = 32 }: MxOptions,
): MxFormat {
  const shared = sharing({ per: "group", groupSize, axis }, `${kind}(…)`);
  const name = element === "int8" ? kind : `${kind} ${element.name.split(" ")[1]}`;
  const text = `${name} in blocks of ${groupSize}${axis === -1 ? " on the last axis" : ""}`;
  return Object.freeze({
    kind: "mx" as const,
    name,
    bits: element === "int8" ? 8 : element.bits,
    ...(shared as { per: "group"; groupSize: number; axis: -1 | -2 }),
    element,
    rounding: "halfEven" as const,
    matches: "ocp" as const,
    toString: () => text,
  });
}
