import { complaint, listed } from "./message.js";
import { nearest } from "./nearest.js";

/**
 * @internal
 * Checks a choice out of a list of names. For a misspelled name, the message asks whether the nearest one was
 * meant.
 *
 * @param options `example`, a call that is right; `others`, the other values that are allowed, as in
 *   `"a function"`
 * @throws TypeError if the value is none of the names
 */
export function checkChoice(
  name: string,
  value: unknown,
  choices: readonly string[],
  { example, others = [] }: { example?: string; others?: readonly string[] } = {},
): void {
  if (choices.includes(value as string)) return;
  const expected = listed([...choices.map((choice) => `"${choice}"`), ...others]);
  const near = typeof value === "string" ? nearest(value, choices) : undefined;
  const meant = near && `"${near}"`;
  throw new TypeError(complaint({ name, value, expected, example, meant }));
}
