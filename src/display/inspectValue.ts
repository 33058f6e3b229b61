/** The options of {@link inspectValue}, by the names of Node's `util.inspect`. */
export interface InspectOptions {
  /** How deep objects in objects are shown (default 2). */
  depth?: number;
}

const custom = Symbol.for("nodejs.util.inspect.custom");
/** The most elements of a list that are shown, and the characters of a line. */
const most = 100;
const width = 72;
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * @internal
 * A value as text, as Node's `util.inspect` writes it, where there is no Node.
 *
 * @example
 * inspectValue({ a: [1, "b"], c: new Map([[1, 2]]) }) // "{ a: [ 1, 'b' ], c: Map(1) { 1 => 2 } }"
 */
export function inspectValue(value: unknown, { depth = 2 }: InspectOptions = {}): string {
  const text = show(value, depth, []);
  return text.includes("[Circular *1]") ? `<ref *1> ${text}` : text;
}

function show(value: unknown, depth: number, above: readonly object[]): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function") return functionName(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (above.includes(value)) return "[Circular *1]";
  const own = (value as Record<symbol, unknown>)[custom];
  if (typeof own === "function") {
    const shown: unknown = own.call(value, depth, {}, inspectValue);
    if (shown !== value) return typeof shown === "string" ? shown : show(shown, depth, above);
  }
  return showObject(value, depth, above);
}

function showObject(value: object, depth: number, above: readonly object[]): string {
  if (value instanceof Error) return value.stack || `${value.name}: ${value.message}`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  }
  const name = className(value);
  const inner = (part: unknown) => show(part, depth - 1, [...above, value]);
  if (depth < 0) return Array.isArray(value) ? "[Array]" : `[${name || "Object"}]`;
  if (Array.isArray(value)) {
    const items = list(value, value.length, inner);
    const head = name === "Array" ? "" : `${name}(${value.length}) `;
    return head + layout([...items, ...fields(value, inner, true)], "[", "]");
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const { length } = value as Uint8Array;
    return `${name}(${length}) ${layout(list(value as Uint8Array, length, inner), "[", "]")}`;
  }
  const properties = fields(value, inner, false);
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => `${inner(key)} => ${inner(item)}`);
    return `${name}(${value.size}) ${layout([...list(pairs, pairs.length, String), ...properties], "{", "}")}`;
  }
  if (value instanceof Set) {
    return `${name}(${value.size}) ${layout([...list(value, value.size, inner), ...properties], "{", "}")}`;
  }
  const isPlain = name === "Object";
  return `${isPlain ? "" : `${name || "[Object: null prototype]"} `}${layout(properties, "{", "}")}`;
}

/** The elements of a list, the first hundred of them. */
function list(
  items: Iterable<unknown>,
  length: number,
  inner: (item: unknown) => string,
): string[] {
  const shown: string[] = [];
  for (const item of items) {
    if (shown.length === most) {
      const more = length - most;
      return [...shown, `... ${more} more item${more === 1 ? "" : "s"}`];
    }
    shown.push(inner(item));
  }
  return shown;
}

/** The properties of an object; accessors aren't called. */
function fields(value: object, inner: (part: unknown) => string, isList: boolean): string[] {
  const shown: string[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (!property?.enumerable || (isList && typeof key === "string" && /^\d+$/.test(key))) continue;
    const name =
      typeof key === "symbol" ? `[${String(key)}]` : identifier.test(key) ? key : quoted(key);
    shown.push(`${name}: ${"value" in property ? inner(property.value) : accessor(property)}`);
  }
  return shown;
}

function accessor({ get, set }: PropertyDescriptor): string {
  if (get && set) return "[Getter/Setter]";
  return get ? "[Getter]" : "[Setter]";
}

/** The parts on one line if they fit there, else each on its own. */
function layout(parts: readonly string[], open: string, close: string): string {
  if (parts.length === 0) return open + close;
  const line = parts.join(", ");
  if (line.length <= width && !line.includes("\n")) return `${open} ${line} ${close}`;
  const indented = parts.map((part) => `  ${part.replaceAll("\n", "\n  ")}`);
  return `${open}\n${indented.join(",\n")}\n${close}`;
}

function className(value: object): string {
  for (let object: object | null = value; object; object = Object.getPrototypeOf(object)) {
    const maker = Object.getOwnPropertyDescriptor(object, "constructor")?.value as unknown;
    if (typeof maker === "function" && maker.name !== "") return maker.name;
  }
  return "";
}

function functionName(value: { name: string }): string {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  if (isClass) return `[class ${value.name || "(anonymous)"}]`;
  const kind = className(value) || "Function";
  return value.name ? `[${kind}: ${value.name}]` : `[${kind} (anonymous)]`;
}

function quoted(text: string): string {
  const quote = !text.includes("'") ? "'" : !text.includes('"') ? '"' : "'";
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}
