/** The grid that TensorFlow's FakeQuant ops make of a range. */
export interface Grid {
  /** The distance of two neighbouring values, above 0. */
  scale: number;
  /** The op's code of the value 0, between its smallest and largest code. */
  zeroPoint: number;
  /** The value of the smallest code. */
  min: number;
  /** The value of the largest code. */
  max: number;
}

const f32 = Math.fround;

/**
 * Moves a range so that 0 is one of its codes, in the float32 arithmetic of TensorFlow's
 * `fake_quant_ops_functor.h`, `Nudge`: the numbers are the op's own, bit for bit.
 *
 * The codes run from `smallest` to `largest`. A range of no width has no grid: scale 0.
 *
 * @example
 * nudge(-0.1, 1, 0, 3); // { scale: 0.3667, zeroPoint: 0, min: 0, max: 1.1 }, rounded here
 */
export function nudge(min: number, max: number, smallest: number, largest: number): Grid {
  const scale = f32(f32(f32(max) - f32(min)) / (largest - smallest));
  if (scale === 0) return { scale, zeroPoint: smallest, min: 0, max: 0 };
  const exact = f32(smallest - f32(f32(min) / scale));
  // C++'s round takes halves away from zero; codes aren't negative, so that is upwards.
  const zeroPoint = Math.min(largest, Math.max(smallest, roundHalfUp(exact)));
  return {
    scale,
    zeroPoint,
    min: f32((smallest - zeroPoint) * scale),
    max: f32((largest - zeroPoint) * scale),
  };
}

/** Rounds halves up. Math.round does the same, but not for numbers just below a half, which x + ½ rounds up. */
function roundHalfUp(x: number): number {
  const floor = Math.floor(x);
  return x - floor >= 0.5 ? floor + 1 : floor;
}
