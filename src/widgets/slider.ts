import { checkNumber, checkOptions } from "../arguments/index.js";
import { Control } from "./control.js";
import { control } from "./kinds.js";
import type { Widget } from "./widget.js";

/** Options of {@link slider}. */
export interface SliderOptions {
  /** The words before the slider. Default `""`. */
  label?: string;
  /** The lowest value. Default 0. */
  min?: number;
  /** The highest value. Default 100. */
  max?: number;
  /** The distance of two values. Default 1. */
  step?: number;
  /** The first value. Default: `min`. */
  value?: number;
}

/**
 * A slider for a number. It moves in whole numbers if all of its options are whole.
 *
 * @throws RangeError if the values are in no order: `min ≤ value ≤ max`, `step > 0`
 * @example
 * const bits = q.widgets.slider({ label: "bits", min: 2, max: 8, value: 4 });
 * bits.onChange((bits) => console.log(bits));
 * bits.value; // 4
 */
export function slider(options: SliderOptions = {}): Widget<number> {
  checkOptions<SliderOptions>("q.widgets.slider", options, {
    label: true,
    min: true,
    max: true,
    step: true,
    value: true,
  });
  const { label = "", min = 0, max = 100, step = 1, value = min } = options;
  const example = "q.widgets.slider({ min: 2, max: 8 })";
  for (const [name, number] of Object.entries({ min, max, step, value })) {
    checkNumber(name, number, { example });
  }
  if (step <= 0) throw new RangeError(`invalid step: ${step} (expected a positive number)`);
  const check = (number: number): number => {
    if (typeof number === "number" && number >= min && number <= max) return number;
    throw new RangeError(`invalid value: ${number} (expected a number from ${min} to ${max})`);
  };
  check(value);
  const whole = [min, max, step, value].every(Number.isInteger);
  const model = control(whole ? "IntSlider" : "FloatSlider", "SliderStyle", {
    ...{ description: label, min, max, step, value },
    ...{ orientation: "horizontal", readout: true, continuous_update: true, behavior: "drag-tap" },
    readout_format: whole ? "d" : ".4~g",
  });
  return new Control({ label, model, key: "value", read: Number, write: check });
}
