import { complaint } from "../../arguments/index.js";

/**
 * Checks a value out of a file.
 *
 * @param at the value's place, as in `files[0].bytes`
 * @returns the value, with its type
 * @throws RangeError if the value isn't of the kind (the message names the place)
 */
export type Check<T> = (value: unknown, at: string) => T;

/** The type that a check gives. */
export type Checked<C> = C extends Check<infer T> ? T : never;

function refuse(at: string, value: unknown, expected: string): never {
  const text = JSON.stringify(value) ?? "missing";
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw new RangeError(complaint({ name: `entry ${at}`, value: shown, expected }));
}

/** @internal A text of at most `most` characters that matches a pattern, if there is one. */
export function text(
  most: number,
  { like = /^/, expected = "a text" }: { like?: RegExp; expected?: string } = {},
): Check<string> {
  return (value, at) => {
    const fits = typeof value === "string" && value.length <= most && like.test(value);
    return fits ? value : refuse(at, value, `${expected} of at most ${most} characters`);
  };
}

/** @internal A number between two ends, which is whole if both are. */
export function number(
  least: number,
  most: number,
  { whole = false }: { whole?: boolean } = {},
): Check<number> {
  const kind = whole ? "a whole number" : "a number";
  return (value, at) => {
    const fits = typeof value === "number" && value >= least && value <= most;
    if (fits && (!whole || Number.isSafeInteger(value))) return value;
    return refuse(at, value, `${kind} from ${least} to ${most}`);
  };
}

/** @internal One value alone. */
export function exactly<const T extends string | number>(only: T): Check<T> {
  return (value, at) => (value === only ? only : refuse(at, value, JSON.stringify(only)));
}

/** @internal `null`, or a value of another kind. */
export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, at) => (value === null ? null : check(value, at));
}

/** @internal A value of the first kind that fits. */
export function either<A, B>(first: Check<A>, second: Check<B>): Check<A | B> {
  return (value, at) => {
    try {
      return first(value, at);
    } catch {
      return second(value, at);
    }
  };
}

/** @internal A list of at most `most` values. */
export function list<T>(
  entry: Check<T>,
  { least = 0, most }: { least?: number; most: number },
): Check<T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      refuse(at, value, `a list of ${least} to ${most} entries`);
    }
    return (value as unknown[]).map((item, i) => entry(item, `${at}[${i}]`));
  };
}

/** @internal Values of one kind under names of any kind, at most `most` of them. */
export function named<T>(entry: Check<T>, { most }: { most: number }): Check<Record<string, T>> {
  return (value, at) => {
    const entries = entriesOf(value, at);
    if (entries.length > most) refuse(at, value, `at most ${most} names`);
    return Object.fromEntries(entries.map(([name, item]) => [name, entry(item, `${at}.${name}`)]));
  };
}

/** @internal Values of several kinds under these names, and no others. */
export function record<T extends object>(
  checks: {
    readonly [K in keyof T]: Check<T[K]>;
  },
): Check<T> {
  const names = Object.keys(checks) as (keyof T & string)[];
  return (value, at) => {
    const entries = new Map(entriesOf(value, at));
    const place = (name: string) => (at === "" ? name : `${at}.${name}`);
    const stray = [...entries.keys()].find((name) => !names.includes(name as never));
    if (stray !== undefined) {
      refuse(place(stray.slice(0, 60)), entries.get(stray), `only ${names.join(", ")}`);
    }
    return Object.fromEntries(
      names.map((name) => [name, checks[name](entries.get(name), place(name))]),
    ) as T;
  };
}

function entriesOf(value: unknown, at: string): [string, unknown][] {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.entries(value) : refuse(at || "the whole", value, "an object in braces");
}
