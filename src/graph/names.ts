/**
 * @internal
 * A unique name for each layer of a model and of its inner models: the layer's own name if no other layer has
 * it, else the name after those of the inner models around the layer, as many as are needed, as in
 * `tower/hidden`. A layer of the outermost model keeps its name.
 *
 * @param paths for each layer the names of the inner models around it, then its own name
 * @param reserved names that a layer of an inner model doesn't get
 */
export function uniqueNames<T>(
  paths: ReadonlyMap<T, readonly string[]>,
  reserved: readonly string[] = [],
): Map<T, string> {
  const names = new Map<T, string>();
  const longest = Math.max(0, ...[...paths.values()].map((path) => path.length));
  let open = [...paths.keys()];
  for (let length = 1; length <= longest && open.length > 0; length++) {
    const named = (key: T) => paths.get(key)!.slice(-length).join("/");
    const taken = new Set([...reserved, ...names.values()]);
    const counts = new Map<string, number>();
    for (const key of open) counts.set(named(key), (counts.get(named(key)) ?? 0) + 1);
    const isWhole = (key: T) => paths.get(key)!.length <= length;
    const isAlone = (key: T) => counts.get(named(key)) === 1 && !taken.has(named(key));
    for (const key of open.filter((key) => isWhole(key) || isAlone(key))) {
      // A layer of the whole model may be called as a path is.
      const name = length === 1 ? named(key) : freeName(named(key), taken);
      names.set(key, name);
      taken.add(name);
    }
    open = open.filter((key) => !names.has(key));
  }
  return names;
}

/** @internal The name, with a number after it if it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 1;
  while (taken.has(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}
