/** The most layers that a warning names. */
const most = 6;

/** @internal The names of layers for a warning: the first six, and how many more there are. */
export function listedLayers(names: readonly string[]): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more layers` : names.join(", ");
}

/** @internal Whether a text stands for several layers: `*` for any characters, `?` for one. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * @internal
 * Whether a layer's name is meant: by the name itself, or by a pattern.
 *
 * @example
 * isMeant("block_?_*", "block_3_expand"); // true
 */
export function isMeant(pattern: string, name: string): boolean {
  if (!isPattern(pattern)) return pattern === name;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(name);
}

/**
 * @internal
 * The names that a list of names and patterns means.
 *
 * @param option the option that `patterns` was passed as
 * @param names the names of all layers
 * @throws RangeError if a name or pattern means no layer, naming the layers that there are
 */
export function namesMeant(
  option: string,
  patterns: readonly string[],
  names: readonly string[],
): Set<string> {
  for (const pattern of patterns) checkMeant(option, pattern, names);
  return new Set(names.filter((name) => patterns.some((pattern) => isMeant(pattern, name))));
}

/**
 * @internal
 * The entry of a layer in a table by names and patterns: the entry of the layer's name, else that of the last
 * pattern that matches.
 */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  if (Object.hasOwn(table, name)) return table[name];
  const pattern = Object.keys(table).findLast((key) => isPattern(key) && isMeant(key, name));
  return pattern === undefined ? undefined : table[pattern];
}

/** @internal @throws RangeError if a name or pattern means no layer, naming the layers that there are */
export function checkMeant(option: string, pattern: string, names: readonly string[]): void {
  if (names.some((name) => isMeant(pattern, name))) return;
  const problem = isPattern(pattern) ? `no layer matches "${pattern}"` : `no layer "${pattern}"`;
  throw new RangeError(`invalid ${option}: ${problem} (the model has ${names.join(", ")})`);
}
