/**
 * A value as text: plain objects and arrays as JSON, since `String` says little of them, other values by
 * `String`.
 */
export function inspect(value: unknown): string {
  const text = String(value);
  const isPlain = text === "[object Object]" || Array.isArray(value);
  return isPlain ? (JSON.stringify(value) ?? text) : text;
}
