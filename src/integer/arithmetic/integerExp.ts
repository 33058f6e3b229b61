/** exp(r) ≈ a (r + b)² + c on (−ln 2, 0], with I-BERT's coefficients (Kim et al. 2021, equation 13). */
const [a, b, c] = [0.3585, 1.353, 0.344];

/** The whole numbers of I-BERT's i-exp for one scale; they are computed before any input comes. */
export interface ExpConstants {
  /** ⌊ln 2 / scale⌋. */
  readonly ln2: number;
  /** ⌊b / scale⌋. */
  readonly b: number;
  /** ⌊c / (a · scale²)⌋. */
  readonly c: number;
}

/** The constants for arguments on a scale. */
export function expConstants(scale: number): ExpConstants {
  return {
    ln2: Math.floor(Math.LN2 / scale),
    b: Math.floor(b / scale),
    c: Math.floor(c / (a * scale * scale)),
  };
}

/**
 * exp(scale · q) for a whole number q ≤ 0, on the scale a · scale²: I-BERT's i-exp (Kim et al. 2021, algorithm 3). q = −z ln 2
 * + r; a polynomial of r is shifted right by z bits.
 */
export function integerExp(q: number, constants: ExpConstants): number {
  const z = Math.floor(-q / constants.ln2);
  const r = q + z * constants.ln2;
  const polynomial = (r + constants.b) ** 2 + constants.c;
  return Math.floor(polynomial / 2 ** z);
}
