/**
 * A trace of a Plotly figure. Its keys are Plotly's (https://plotly.com/javascript/reference/); they
 * aren't spelled out here, so that a notebook's first type check doesn't have to read them all.
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

/** Numbers in any list form; typed arrays are made plain, as JSON wants them. */
export type Numbers = ArrayLike<number>;

/**
 * Plain JSON values for numbers: what isn't finite becomes `null`, a gap in the figure.
 *
 * @example
 * plain(Float32Array.of(0.5, NaN)); // [0.5, null]
 */
export function plain(values: Numbers): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** Typed arrays at any depth made plain lists; Plotly would take them, JSON wouldn't. */
export function plainDeep(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return plain(value as unknown as Numbers);
  }
  if (Array.isArray(value)) return value.map(plainDeep);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null || value.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainDeep(part)]));
}
