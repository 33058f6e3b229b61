import type { Clamp } from "../clamp.js";

/** Sums shifted right, halves rounded up, as XNNPACK's additions do. */
export function shiftUp(
  sums: Int32Array,
  codes: Int16Array,
  shift: number,
  zeroPoint: number,
  { smallest, largest }: Clamp,
): void {
  const half = 2 ** (shift - 1);
  for (let i = 0; i < sums.length; i++) {
    const code = ((sums[i]! + half) >> shift) + zeroPoint;
    codes[i] = Math.max(smallest, Math.min(largest, code));
  }
}
