import { complaint } from "./message.js";
import { nearest } from "./nearest.js";

type KeysOf<T> = T extends unknown ? keyof T : never;

/** @internal The names of all options that a type has. The compiler refuses a table that lacks a name. */
export type OptionNames<T> = Readonly<Record<KeysOf<T>, true>>;

/**
 * @internal
 * Checks the options of a public function: JavaScript would pass a misspelled option over in silence.
 *
 * @param owner the function as a user calls it, as in `"q.kMeans"`
 * @param names all options of the function
 * @param substitutes for the names of options in other libraries, the option to write here instead
 * @throws TypeError if `options` is not an object, or if the function doesn't have an option
 */
export function checkOptions<T extends object>(
  owner: string,
  options: T | undefined,
  names: OptionNames<NoInfer<T>>,
  substitutes?: Readonly<Record<string, string>>,
): void {
  if (options === null || (options !== undefined && typeof options !== "object")) {
    const expected = `an object, as in { ${Object.keys(names)[0]}: … }`;
    throw new TypeError(complaint({ name: `options of ${owner}`, value: options, expected }));
  }
  checkOptionNames(owner, options, Object.keys(names), substitutes);
}

/**
 * @internal
 * Checks that all options exist.
 *
 * @param owner the estimator, method or technique that takes the options, as in `"ewgs"`
 * @param names the names of all options
 * @param substitutes for the names of options in other libraries, the option to write here instead
 * @throws TypeError if an option isn't among the names
 */
export function checkOptionNames(
  owner: string,
  options: object | undefined,
  names: readonly string[],
  substitutes: Readonly<Record<string, string>> = {},
): void {
  const stated = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  const value = stated.find(([option]) => !names.includes(option))?.[0];
  if (value === undefined) return;
  const name = `option of ${owner}`;
  if (Object.hasOwn(substitutes, value)) {
    throw new TypeError(complaint({ name, value, expected: substitutes[value]! }));
  }
  const expected = names.join(", ") || "none";
  throw new TypeError(complaint({ name, value, expected, meant: nearest(value, names) }));
}
