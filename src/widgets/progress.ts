import { checkNumber, checkOptions } from "../arguments/index.js";
import { Control } from "./control.js";
import { control } from "./kinds.js";
import type { Widget } from "./widget.js";

/** Options of {@link progress}. */
export interface ProgressOptions {
  /** The words before the bar. Default `""`. */
  label?: string;
  /** The value of a full bar. Default 100. */
  max?: number;
  /** The first value. Default 0. */
  value?: number;
}

/**
 * A bar that fills up as its value grows from 0 to `max`. For work that a cell does, `q.progress` leaves a clean last
 * state in the saved notebook; this bar is a part of a panel.
 *
 * @throws RangeError if `max` isn't above 0
 * @example
 * const bar = q.widgets.progress({ label: "sparsity", max: 1 });
 * bar.value = 0.5;
 * bar.value; // 0.5
 */
export function progress(options: ProgressOptions = {}): Widget<number> {
  checkOptions<ProgressOptions>("q.widgets.progress", options, {
    label: true,
    max: true,
    value: true,
  });
  const { label = "", max = 100, value = 0 } = options;
  const example = "q.widgets.progress({ max: 1 })";
  const check = (number: number): number => {
    checkNumber("value", number, { example });
    return number;
  };
  checkNumber("max", max, { example });
  if (max <= 0) throw new RangeError(`invalid max: ${max} (expected a number above 0)`);
  const model = control("FloatProgress", "ProgressStyle", {
    ...{ description: label, min: 0, max, value: check(value) },
    ...{ orientation: "horizontal", bar_style: "" },
  });
  return new Control({ label, model, key: "value", read: Number, write: check });
}
