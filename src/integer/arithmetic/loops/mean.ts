import type { Clamp } from "../clamp.js";
import { halfEven } from "../halves.js";

/** XNNPACK's mean: fround(fround(sum · factor) + bias), halves to even. */
export function toFloat32Mean(
  sums: Int32Array,
  codes: Int16Array,
  { factor, bias, smallest, largest }: Clamp & { factor: number; bias: number },
): void {
  for (let i = 0; i < sums.length; i++) {
    const value = Math.fround(Math.fround(Math.fround(sums[i]!) * factor) + bias);
    codes[i] = Math.max(smallest, Math.min(largest, halfEven(value)));
  }
}
