import { inspect } from "#door/kernel/protocol/inspect";

type Content = Record<string, unknown>;

/**
 * A field that has to be a string; "" if the message has none.
 *
 * @throws TypeError if the field is anything else; the message names the field and its value
 */
export function text(content: Content, name: string): string {
  return field(content, name, "string", "a string", "");
}

/**
 * A field that has to be true or false; `fallback` if the message has none.
 *
 * @throws TypeError if the field is anything else; the message names the field and its value
 */
export function flag(content: Content, name: string, fallback: boolean): boolean {
  return field(content, name, "boolean", "true or false", fallback);
}

/**
 * The place of the cursor in `code`, in code points: at its end if the message names none, and at its
 * nearest end if the message names a place outside of it.
 *
 * @throws TypeError if `cursor_pos` is not a number
 */
export function cursor(content: Content, code: string): number {
  const end = [...code].length;
  const at = field(content, "cursor_pos", "number", "a number of code points", end);
  return Math.trunc(Math.min(Math.max(at, 0), end));
}

/**
 * A field that has to be an object; `{}` if the message has none.
 *
 * @throws TypeError if the field is anything else; the message names the field and its value
 */
export function record(content: Content, name: string): Record<string, unknown> {
  const value = field<object>(content, name, "object", "an object", {});
  if (Array.isArray(value)) throw invalid(name, value, "an object");
  return value as Record<string, unknown>;
}

function field<T>(content: Content, name: string, type: string, expected: string, none: T): T {
  const value = content[name] ?? none; // clients in Python send None for what they leave open
  if (typeof value !== type) throw invalid(name, value, expected);
  return value as T;
}

function invalid(name: string, value: unknown, expected: string): TypeError {
  const shown = inspect(value, { depth: 0, maxStringLength: 60, breakLength: Infinity });
  return new TypeError(`invalid ${name}: ${shown} (expected ${expected})`);
}
