import seedrandom from "seedrandom";

/**
 * @internal
 * The numbers 0 to size − 1 in an order that only the seed decides (Fisher–Yates over seedrandom's
 * Alea generator).
 */
export function permutation(size: number, seed: number | string): Int32Array {
  const random = seedrandom.alea(String(seed));
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
