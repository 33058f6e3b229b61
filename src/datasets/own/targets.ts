import { numberIn, shown } from "./table.js";

/** Whether classes or numbers are to be predicted. */
export type Task = "classification" | "regression";

/** @internal Class numbers with their names, or numbers; `classes` is 0 for numbers. */
export interface Targets {
  values: Int32Array | Float32Array;
  classes: number;
  labels?: readonly string[];
}

/** @internal Options of {@link resolveTargets}. */
export interface TargetOptions {
  task?: Task;
  classes?: number;
  labels?: readonly string[];
  /** A row's name in errors. */
  place: (row: number) => string;
}

/**
 * @internal
 * Decides whether targets are classes or numbers to predict. Texts are names of classes, numbered in
 * alphabetical order or in the order of `labels`. Unless `task` says otherwise, whole numbers from 0 are
 * classes, and other numbers are to be predicted. scikit-learn's `type_of_target` decides alike.
 *
 * @throws RangeError if a value doesn't fit the other values; the message names its row
 */
export function resolveTargets(
  cells: readonly unknown[],
  { task, classes, labels, place }: TargetOptions,
): Targets {
  if (task !== undefined && task !== "classification" && task !== "regression") {
    throw new RangeError(
      `invalid task: ${task} (expected "classification" or "regression", or nothing)`,
    );
  }
  const numbers = cells.map(numberIn);
  const missing = cells.findIndex((cell) => cell === undefined || cell === null || cell === "");
  if (missing >= 0) throw new RangeError(`invalid label: none in ${place(missing)}`);
  const words = numbers.filter((value) => value === undefined).length;
  const other = numbers.indexOf(undefined);
  if (task === "regression" && words > 0) {
    throw new RangeError(
      `invalid target: ${shown(cells[other])} in ${place(other)} (expected a finite number, for regression)`,
    );
  }
  if (words > 0 && words < cells.length && task !== "classification" && !labels) {
    throw new RangeError(
      `invalid label: ${shown(cells[other])} in ${place(other)} (others are numbers; if all are names, say so: { task: "classification" })`,
    );
  }
  if (words > 0 || (labels && cells.every((cell) => labels.includes(String(cell))))) {
    return named(cells.map(String), { labels, place });
  }
  const values = numbers as number[];
  const whole = values.every((value) => Number.isInteger(value) && value >= 0);
  if (task === "regression" || (!whole && task === undefined)) {
    return { values: Float32Array.from(values), classes: 0 };
  }
  return numbered(values, { classes: classes ?? labels?.length, labels, place });
}

function named(
  names: string[],
  { labels, place }: Pick<TargetOptions, "labels" | "place">,
): Targets {
  const order = labels ?? [...new Set(names)].sort();
  const numbers = new Map(order.map((name, i) => [name, i]));
  const wrong = names.findIndex((name) => !numbers.has(name));
  if (wrong >= 0) {
    throw new RangeError(
      `invalid label: ${shown(names[wrong])} in ${place(wrong)} (expected one of ${order.join(", ")})`,
    );
  }
  const values = Int32Array.from(names, (name) => numbers.get(name)!);
  return { values, classes: order.length, labels: order };
}

function numbered(
  values: number[],
  { classes, labels, place }: Omit<TargetOptions, "task">,
): Targets {
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  const count = classes ?? largest + 1;
  const wrong = values.findIndex((value) => !Number.isInteger(value) || value < 0);
  if (wrong >= 0 || largest >= count || (classes === undefined && count > values.length)) {
    const first = wrong >= 0 ? wrong : values.indexOf(largest);
    throw new RangeError(
      `invalid label: ${values[first]} in ${place(first)} (expected class numbers from 0 to classes − 1, as in { classes: 10 }; for numbers to predict say { task: "regression" })`,
    );
  }
  return { values: Int32Array.from(values), classes: count, labels };
}
