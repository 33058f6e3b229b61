/** @internal A value as a message names it. */
export function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

/** @internal Words as a list, as in `a, b or c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** @internal The words of a message about an argument that is invalid. */
export interface Complaint {
  name: string;
  value: unknown;
  /** The valid arguments in words, as in `"an integer from 1 to 16"`. */
  expected: string;
  /** A call that is right, as in `"q.int(8)"`. */
  example?: string;
  /** The name that a misspelled value was meant to be. */
  meant?: string;
}

/** @internal `invalid NAME: VALUE (expected WHAT, as in EXAMPLE)`, the form of the library's messages. */
export function complaint({ name, value, expected, example, meant }: Complaint): string {
  const end = [
    example === undefined ? "" : `, as in ${example}`,
    meant === undefined ? "" : `; did you mean ${meant}?`,
  ].join("");
  return `invalid ${name}: ${show(value)} (expected ${expected}${end})`;
}
