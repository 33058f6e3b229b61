/**
 * Energies in picojoules at 45 nm and 0.9 V, from M. Horowitz, "Computing's Energy Problem (and what we can do
 * about it)", ISSCC 2014, figure 1.1.9. For DRAM, the figure gives a range for 64 bits, and this is its lower
 * end.
 */
const horowitz = {
  int8Multiply: 0.2,
  int32Add: 0.1,
  float32Multiply: 3.7,
  float32Add: 0.9,
  dram64: 1300,
} as const;

/**
 * @internal
 * The energy of a multiply-accumulate operation, in picojoules. If either factor is in float32, the operation
 * runs in float32. A multiplier of integers grows with the product of the two widths (Horowitz: 0.2 pJ for 8
 * bits, 3.1 for 32, 16 times as wide); the sum is kept in 32 bits.
 */
export function macEnergy(weightBits: number, activationBits: number): number {
  if (weightBits >= 32 || activationBits >= 32) {
    return horowitz.float32Multiply + horowitz.float32Add;
  }
  return (horowitz.int8Multiply * weightBits * activationBits) / 64 + horowitz.int32Add;
}

/** @internal The energy of reading bits from DRAM once, in picojoules. */
export function readEnergy(bits: number): number {
  return (bits / 64) * horowitz.dram64;
}
