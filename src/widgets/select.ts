import { checkOptions } from "../arguments/index.js";
import { Control } from "./control.js";
import { control } from "./kinds.js";
import type { Widget } from "./widget.js";

/** Options of {@link select}. */
export interface SelectOptions<T> {
  /** The words before the list. Default `""`. */
  label?: string;
  /** The value that is chosen first. Default: the first of the choices. */
  value?: T;
}

/** A type that the choices decide: `NoInfer`, which TypeScript before 5.4 doesn't have. */
type Chosen<T> = [T][T extends unknown ? 0 : never];

/**
 * A list to choose a value from. Values of any type are shown as text.
 *
 * @throws RangeError if there are no choices, or if `value` isn't one of them
 * @example
 * const method = q.widgets.select(["minmax", "mse"], { label: "method" });
 * method.value; // "minmax"
 */
export function select<const T>(
  choices: readonly T[],
  options: SelectOptions<Chosen<T>> = {},
): Widget<T> {
  checkOptions<SelectOptions<T>>("q.widgets.select", options, { label: true, value: true });
  if (!Array.isArray(choices) || choices.length === 0) {
    throw new RangeError(
      `invalid choices: ${choices} (expected a list, as in q.widgets.select(["tensor", "channel"]))`,
    );
  }
  const { label = "" } = options;
  const value = (options.value ?? choices[0]) as T;
  const indexOf = (chosen: T): number => {
    const index = choices.indexOf(chosen);
    if (index >= 0) return index;
    throw new RangeError(`invalid value: ${chosen} (expected one of ${choices.join(", ")})`);
  };
  const model = control("Dropdown", "DescriptionStyle", {
    description: label,
    _options_labels: choices.map(String),
    index: indexOf(value),
  });
  const read = (index: unknown) => choices[Number(index)] as T;
  return new Control({ label, model, key: "index", read, write: indexOf });
}
