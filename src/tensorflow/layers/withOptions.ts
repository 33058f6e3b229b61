/** @internal Runs a method of a layer as if the layer had been made with other options. */
export function withOptions<L extends object, T>(layer: L, options: Partial<L>, run: () => T): T {
  const before = { ...layer };
  Object.assign(layer, options);
  try {
    return run();
  } finally {
    for (const name of Object.keys(options) as (keyof L)[]) layer[name] = before[name];
  }
}
