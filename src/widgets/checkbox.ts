import { checkOptions } from "../arguments/index.js";
import { Control } from "./control.js";
import { control } from "./kinds.js";
import type { Widget } from "./widget.js";

/** Options of {@link checkbox}. */
export interface CheckboxOptions {
  /** The words beside the box. Default `""`. */
  label?: string;
  /** Whether the box is checked at first. Default false. */
  value?: boolean;
}

/**
 * A box to check.
 *
 * @throws TypeError if `value` is neither true nor false
 * @example
 * q.widgets.checkbox({ label: "signed", value: true }).value; // true
 */
export function checkbox(options: CheckboxOptions = {}): Widget<boolean> {
  checkOptions<CheckboxOptions>("q.widgets.checkbox", options, { label: true, value: true });
  const { label = "", value = false } = options;
  const check = (checked: boolean): boolean => {
    if (typeof checked === "boolean") return checked;
    throw new TypeError(`invalid value: ${checked} (expected true or false)`);
  };
  const model = control("Checkbox", "CheckboxStyle", {
    ...{ description: label, value: check(value), indent: false },
  });
  return new Control({ label, model, key: "value", read: Boolean, write: check });
}
