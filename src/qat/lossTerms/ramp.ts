/**
 * How a number goes from its first value to its last over a training: along half a cosine, along a line, at
 * its last value throughout, or as a function says of the step, from 0, and the number of steps.
 */
export type Ramp = "cosine" | "linear" | "constant" | ((step: number, steps: number) => number);

const shapes: Record<string, (share: number) => number> = {
  cosine: (share) => (1 - Math.cos(Math.PI * share)) / 2,
  linear: (share) => share,
  constant: () => 1,
};

/**
 * @internal
 * The number of each step. Of a training whose length isn't known it is the first.
 *
 * @throws TypeError for another shape; the result RangeError where a function gives no number from 0
 */
export function ramp(
  from: number,
  to: number,
  shape: Ramp,
): (step: number, steps: number) => number {
  if (typeof shape === "function") {
    return (step, steps) => {
      const value = shape(step, steps);
      if (value >= 0 && Number.isFinite(value)) return value;
      throw new RangeError(`invalid schedule: ${value} at step ${step} (expected a number from 0)`);
    };
  }
  const curve = Object.hasOwn(shapes, shape) ? shapes[shape] : undefined;
  if (curve) return (step, steps) => from + (to - from) * curve(step / steps);
  throw new TypeError(
    `invalid schedule: ${shape} (expected "cosine", "linear", "constant", or a function, as in (step, steps) => 0.1 * step / steps)`,
  );
}
