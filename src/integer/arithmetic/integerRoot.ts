/**
 * ⌊√n⌋ of a whole number below 2⁵³ by Newton's iteration on whole numbers: I-BERT's i-sqrt (Kim et al. 2021, algorithm 4).
 */
export function integerRoot(n: number): number {
  if (n === 0) return 0;
  // The bits of n: a power of two that isn't below the root begins the iteration.
  let bits = 0;
  for (let rest = n; rest >= 1; rest = Math.floor(rest / 2)) bits++;
  let root = 2 ** Math.ceil(bits / 2);
  for (;;) {
    const next = Math.floor((root + Math.floor(n / root)) / 2);
    if (next >= root) return root;
    root = next;
  }
}
