import { checkChoice } from "../../arguments/index.js";
import { kindOf } from "../../graph/index.js";

/** An example, as a function that groups examples gets it. */
export interface GroupedExample {
  /** The values, in the order of the example's shape. */
  values: Float32Array;
  shape: readonly number[];
  label: number;
  /** The number of the example in the data. */
  index: number;
}

/** The measures of an example that have names. */
const measures = ["class", "ink", "size", "distance"] as const;

/**
 * How examples are grouped: by their class; in quarters by their ink (the mean value), their size (the area of the rectangle
 * around the values above the middle of the range) or their distance to the mean of their class; or by a function, whose
 * texts are groups, and whose numbers are put into quarters.
 */
export type GroupBy = (typeof measures)[number] | ((example: GroupedExample) => string | number);

/** @internal Examples of one group. */
export interface Group {
  name: string;
  examples: number[];
}

/** @internal The examples that are to be grouped. */
export interface Grouped {
  values: Float32Array;
  shape: readonly number[];
  labels: ArrayLike<number>;
  classes: number;
  names?: readonly string[];
}

/**
 * @internal
 * The groups, none of which is empty.
 *
 * @throws TypeError if `by` is neither a name nor a function, or the function returns neither a text nor a number; RangeError
 *   if a class has no example
 */
export function groupsOf(data: Grouped, by: GroupBy): Group[] {
  if (typeof by !== "function") checkChoice("by", by, measures, { others: ["a function"] });
  if (by === "class") return classesOf(data);
  const measure = typeof by === "function" ? by : measureOf(by, data);
  const size = data.labels.length;
  const each = data.values.length / size;
  const keys = Array.from({ length: size }, (_, index) =>
    measure({
      values: data.values.subarray(index * each, (index + 1) * each),
      shape: data.shape,
      label: data.labels[index]!,
      index,
    }),
  );
  const wrong = keys.findIndex((key) => typeof key !== "string" && !Number.isFinite(key));
  if (wrong >= 0) {
    throw new TypeError(
      `invalid by: ${typeof keys[wrong] === "number" ? keys[wrong] : kindOf(keys[wrong])} for example ${wrong} (expected a text or a finite number, as in ({ values }) => values[0])`,
    );
  }
  const name = typeof by === "function" ? "" : by;
  return keys.every((key) => typeof key === "number")
    ? quarters(keys as number[], name)
    : byText(keys.map(String));
}

function classesOf({ labels, classes, names }: Grouped): Group[] {
  const groups = Array.from(
    { length: classes },
    (_, c): Group => ({
      name: names?.[c] ?? String(c),
      examples: [],
    }),
  );
  for (let i = 0; i < labels.length; i++) groups[labels[i]!]!.examples.push(i);
  const empty = groups.find(({ examples }) => examples.length === 0);
  if (!empty) return groups;
  throw new RangeError(
    `invalid data: no example of class ${empty.name} (expected examples of every class; a function leaves a class out, as in { by: ({ label }) => String(label) })`,
  );
}

function byText(keys: string[]): Group[] {
  const names = [...new Set(keys)].sort();
  return names.map((name) => ({
    name,
    examples: [...keys.keys()].filter((i) => keys[i] === name),
  }));
}

/** Four groups of as even sizes as equal numbers allow: equal numbers are in the same group. */
function quarters(keys: number[], name: string): Group[] {
  const sorted = keys.toSorted((a, b) => a - b);
  const ends = [1, 2, 3].map((k) => sorted[Math.floor((k * sorted.length) / 4)]!);
  const part = (key: number) => ends.filter((end) => key >= end).length;
  const titles = ["lowest quarter", "second quarter", "third quarter", "highest quarter"];
  return titles
    .map((title, p) => ({
      name: name ? `${name}: ${title}` : title,
      examples: [...keys.keys()].filter((i) => part(keys[i]!) === p),
    }))
    .filter(({ examples }) => examples.length > 0);
}

function measureOf(
  by: "ink" | "size" | "distance",
  data: Grouped,
): (example: GroupedExample) => number {
  if (by === "ink") return ({ values }) => mean(values);
  if (by === "size") return areaOf(data);
  const means = classMeans(data);
  return ({ values, label }) =>
    Math.hypot(...Array.from(values, (value, i) => value - means[label]![i]!));
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function areaOf({ values, shape }: Grouped): (example: GroupedExample) => number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const [, width = 1, channels = 1] = shape;
  return ({ values: own }) => {
    const rows: number[] = [];
    const columns: number[] = [];
    own.forEach((value, i) => {
      if (value <= (low + high) / 2) return;
      const pixel = Math.floor(i / channels);
      rows.push(Math.floor(pixel / width));
      columns.push(pixel % width);
    });
    if (rows.length === 0) return 0;
    const extent = (list: number[]) => Math.max(...list) - Math.min(...list) + 1;
    return extent(rows) * extent(columns);
  };
}

function classMeans({ values, labels, classes }: Grouped): Float64Array[] {
  const each = values.length / labels.length;
  const sums = Array.from({ length: classes }, () => new Float64Array(each));
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    counts[labels[i]!]!++;
    for (let j = 0; j < each; j++) sums[labels[i]!]![j]! += values[i * each + j]!;
  }
  return sums.map((sum, c) => sum.map((value) => value / Math.max(1, counts[c]!)));
}
