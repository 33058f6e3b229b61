import { inspect as inspectValue } from "node:util";

/** Limits that show enough of a value to recognise it; a cell that needs more prints the value. */
const options = {
  colors: false,
  depth: 3,
  maxArrayLength: 100,
  maxStringLength: 10_000,
  breakLength: 100,
  compact: 3,
} as const;

/** Node limits the entries of lists, not those of objects: a plain object with more is cut to its first hundred. */
const [most, kept] = [1000, 100];

/** A value as Node's REPL prints it. */
export function inspect(value: unknown): string {
  if (!isPlain(value)) return inspectValue(value, options);
  const keys = Object.keys(value);
  if (keys.length <= most) return inspectValue(value, options);
  const shown: object = Object.create(Object.getPrototypeOf(value) as object | null);
  for (const key of keys.slice(0, kept)) {
    Object.defineProperty(shown, key, Object.getOwnPropertyDescriptor(value, key)!);
  }
  const left = `  ... ${keys.length - kept} more properties`;
  return inspectValue(shown, options).replace(/\s*\}$/, `,\n${left}\n}`);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
