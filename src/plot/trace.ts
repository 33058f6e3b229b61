/**
 * A trace of a Plotly figure. Its keys are Plotly's (https://plotly.com/javascript/reference/). Most keys
 * have no type here, so that a notebook's first type check doesn't have to read them all.
 */
export interface Trace {
  type?: string;
  name?: string;
  mode?: string;
  fill?: string;
  x?: unknown;
  y?: unknown;
  z?: unknown;
  [key: string]: unknown;
}

/** A list of traces; lists inside it are flattened, so that marks can be composed. */
export type Traces = readonly (Trace | Traces)[];

/** @internal The marks of a figure, in one list. */
export function flatten(data: unknown): Trace[] {
  const traces = Array.isArray(data) ? data.flat(Number.POSITIVE_INFINITY) : [data];
  const wrong = traces.findIndex((trace) => typeof trace !== "object" || trace === null);
  if (Array.isArray(data) && wrong < 0) return traces;
  const actual = wrong < 0 ? "one mark, not a list" : String(traces[wrong]);
  throw new TypeError(
    `invalid data: ${actual} (expected a list of marks, as in { data: [q.plot.line([1, 2], [3, 4])] })`,
  );
}

/** A figure's layout, with Plotly's keys. */
export interface Layout {
  width?: number;
  height?: number;
  margin?: { l?: number; r?: number; t?: number; b?: number };
  [key: string]: unknown;
}

/** A state of a figure that a slider or a button shows, with Plotly's keys. */
export interface Frame {
  name: string;
  data: Trace[];
  [key: string]: unknown;
}

/** Numbers in any form of list; typed arrays become plain arrays, since JSON has no others. */
export type Numbers = ArrayLike<number>;

/** Where marks stand along an axis: numbers, or names that follow each other. */
export type Positions = Numbers | readonly string[];

/** A tensor, as far as its values are drawn. */
export interface WithValues {
  dataSync(): Numbers;
}

/** Heights of marks: numbers, a tensor, or a function of the place and its index. */
export type Heights<X> = Numbers | WithValues | ((place: X, index: number) => number);

/** @internal The values of a list or of a tensor. */
export function listOf<L>(values: L | WithValues): L | Numbers {
  return typeof (Object(values) as WithValues).dataSync === "function"
    ? (values as WithValues).dataSync()
    : (values as L);
}

/** @internal The heights at the places, a list of numbers in any case. */
export function heightsAt<X>(y: Heights<X>, places: ArrayLike<X>): Numbers {
  return typeof y === "function" ? Array.from(places, y) : listOf(y);
}

/**
 * Numbers as plain JSON values: a value that isn't finite becomes `null`, a gap in the figure. Fractions
 * are written to seven digits, which a float32 holds and which are more than a page shows.
 *
 * @throws TypeError if `values` is not a list of numbers
 * @example
 * plain([1 / 3, NaN]); // [0.3333333, null]
 */
export function plain(values: Numbers): (number | null)[] {
  checkList(values);
  return Array.from(values, (value: unknown) => {
    if (value === null || value === undefined) return null;
    if (typeof value !== "number") throw notNumber(value);
    if (!Number.isFinite(value)) return null;
    return Number.isInteger(value) ? value : Number(value.toPrecision(7));
  });
}

/** Positions as plain JSON values, as {@link plain} makes them; names stay as they are. */
export function plainPositions(values: Positions): (number | string | null)[] {
  checkList(values);
  if (typeof values[0] === "string") return Array.from(values as readonly string[]);
  return plain(values as Numbers);
}

/** @internal @throws RangeError if the lists differ in length, since no value may be left out silently. */
export function checkLengths(lists: Record<string, ArrayLike<unknown>>): void {
  const lengths = Object.entries(lists).map(([name, list]) => `${list.length} ${name}`);
  const sizes = new Set(Object.values(lists).map((list) => list.length));
  if (sizes.size > 1) {
    throw new RangeError(`invalid lengths: ${lengths.join(", ")} (expected as many of each)`);
  }
}

/** @internal @throws TypeError if `values` is not a list. */
export function checkList(values: unknown): void {
  const { length } = Object(values) as ArrayLike<unknown>;
  if (typeof values === "object" && typeof length === "number") return;
  const actual = typeof values === "object" && values ? values.constructor?.name : String(values);
  throw new TypeError(`invalid values: ${actual} (expected a list of numbers, or a tensor)`);
}

function notNumber(value: unknown): TypeError {
  const actual = typeof value === "string" ? `"${value}"` : String(value);
  return new TypeError(`invalid value: ${actual} (expected a number)`);
}

/** Turns typed arrays at any depth into plain lists; Plotly takes typed arrays, but JSON has none. */
export function plainDeep(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return plain(value as unknown as Numbers);
  }
  if (Array.isArray(value)) return value.map(plainDeep);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null || value.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainDeep(part)]));
}
