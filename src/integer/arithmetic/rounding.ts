/**
 * How an accumulator times a multiplier is rounded to a code:
 *
 * - `"float32"`: fround(fround(accumulator) · factor), halves to even; the factor is a float32 number.
 * - `"twice"`: the high half of the product with a 32-bit multiplier, rounded; then a shift, halves away from zero.
 * - `"twiceUp"`: the same, but halves are rounded up in the shift.
 * - `"double"`: the product with the exact factor in float64, halves away from zero.
 * - `"reduced"`: the product with the multiplier's upper 16 bits, shifted, halves up; for int64 accumulators.
 */
export type Rounding = "float32" | "twice" | "twiceUp" | "double" | "reduced";
