/**
 * Numbers from 0 to below 1 that programs in every language can make alike: the top 24 bits of a
 * 32-bit linear congruential generator (Numerical Recipes, 2nd edition, section 7.1), exact in float32.
 */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
