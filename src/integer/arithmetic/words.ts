import { highMultiply, roundingShift } from "./highMultiply.js";

/** The arithmetic of fixed-point numbers of one width: gemmlowp's `FixedPoint` over int16 or int32. */
export interface Word {
  readonly bits: 16 | 32;
  readonly largest: number;
  /** The doubled product's high half, rounded. */
  multiply(a: number, b: number): number;
  /** A constant of 32 bits in this width. */
  constant(number: number): number;
  /** The sum's low bits. */
  wrap(number: number): number;
}

export const word16: Word = {
  bits: 16,
  largest: 32767,
  multiply: (a, b) => Math.min(32767, Math.floor((a * b + 16384) / 32768)),
  constant: (number) => roundingShift(number, 16),
  wrap: (number) => (number << 16) >> 16,
};

export const word32: Word = {
  bits: 32,
  largest: 2 ** 31 - 1,
  multiply: highMultiply,
  constant: (number) => number,
  wrap: (number) => number | 0,
};

/** A number between the smallest and the largest of a width. */
export function saturate(number: number, { largest }: Word): number {
  return Math.max(-largest - 1, Math.min(largest, number));
}
