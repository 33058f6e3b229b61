import { checkChoice } from "../../arguments/index.js";
/**
 * The path of a number from its first value to its last over a training: along half a cosine, along a line, at
 * its last value throughout, or by a function of the step, from 0, and the number of steps.
 */
export type Ramp = "cosine" | "linear" | "constant" | ((step: number, steps: number) => number);

const shapes: Record<string, (share: number) => number> = {
  cosine: (share) => (1 - Math.cos(Math.PI * share)) / 2,
  linear: (share) => share,
  constant: () => 1,
};

/**
 * @internal
 * The number of each step. Where the training's length isn't known, the number is the first one.
 *
 * @throws TypeError if the shape is unknown; the result throws RangeError if a function gives no number from 0
 */
export function rampOf(
  from: number,
  to: number,
  shape: Ramp,
): (step: number, steps: number) => number {
  if (typeof shape === "function") {
    return (step, steps) => {
      const value = shape(step, steps);
      if (value >= 0 && Number.isFinite(value)) return value;
      throw new RangeError(`invalid ramp: ${value} at step ${step} (expected a number from 0)`);
    };
  }
  const example = "(step, steps) => 0.1 * step / steps";
  checkChoice("ramp", shape, Object.keys(shapes), { others: ["a function"], example });
  const curve = shapes[shape]!;
  return (step, steps) => from + (to - from) * curve(step / steps);
}
