import { checkOptions, complaint } from "../arguments/index.js";
import { display, shortNumber } from "../display/index.js";
import { Prediction } from "./prediction.js";

/** Options of {@link predict}. */
export interface PredictOptions {
  /** The least number that can be meant, e.g. 0 for a share. Default: none. */
  min?: number;
  /** The largest number that can be meant, e.g. 1 for a share. Default: none. */
  max?: number;
  /** The number's unit, e.g. `"dB"`. Default: none. */
  unit?: string;
}

/**
 * A reader's prediction, which is asked for before something is measured, and which the figures draw only if it
 * was made. The prediction shows itself where it is made; without a number it asks for one, and all else goes on.
 *
 * @param lesson the lesson that asks, e.g. `"06"`
 * @param answer the predicted number; `undefined` as long as there is none
 * @returns the prediction: a figure takes it by `...guess.map((value) => mark)`, a board by
 *   `...guess.references()`
 * @throws TypeError if the lesson isn't written in two digits, or the answer is neither a number nor `undefined`;
 *   RangeError if the number lies outside `min` and `max`
 * @example
 * const guess = q.exercises.predict("06", undefined, { min: 0, max: 1 });
 * guess.made; // false
 * @example
 * const guess = q.exercises.predict("06", 0.8, { min: 0, max: 1 });
 * const level = (value: number) => q.plot.line(["W3A3", "W2A2"], [value, value], { name: "guess", dash: "dash" });
 * guess.map(level).length; // 1
 * ({ float: 0.97, ...guess.references() }); // { float: 0.97, guess: 0.8 }
 */
export function predict(lesson: string, answer?: number, options: PredictOptions = {}): Prediction {
  checkOptions<PredictOptions>("q.exercises.predict", options, {
    min: true,
    max: true,
    unit: true,
  });
  const example = 'q.exercises.predict("06", 0.8)';
  if (typeof lesson !== "string" || !/^\d\d$/.test(lesson)) {
    const expected = "a lesson's two digits";
    throw new TypeError(complaint({ name: "lesson", value: lesson, expected, example }));
  }
  const { min, max, unit = "" } = options;
  const asked = numberWithin(options) + (unit && ` in ${unit}`);
  if (answer !== undefined) {
    const wrong = complaint({ name: "prediction", value: answer, expected: asked, example });
    if (typeof answer !== "number" || !Number.isFinite(answer)) throw new TypeError(wrong);
    if (answer < (min ?? -Infinity) || answer > (max ?? Infinity)) throw new RangeError(wrong);
  }
  const prediction = new Prediction({ lesson, value: answer, asked, unit });
  display(prediction);
  return prediction;
}

function numberWithin({ min, max }: PredictOptions): string {
  if (min !== undefined && max !== undefined)
    return `a number from ${shortNumber(min)} to ${shortNumber(max)}`;
  if (min !== undefined) return `a number from ${shortNumber(min)} on`;
  return max === undefined ? "a number" : `a number up to ${shortNumber(max)}`;
}
