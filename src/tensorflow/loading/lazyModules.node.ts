import { createRequire } from "node:module";

/**
 * Loads a CommonJS package without some of the packages that it requires: it is given stand-ins, and each of those loads
 * its package at the first use. Who requires these packages elsewhere gets the packages themselves.
 *
 * @param require Finds the package.
 * @param name The package, e.g. `"danfojs-node"`.
 * @param later The packages that wait, which must be no ES modules, e.g. `["mathjs"]`.
 * @throws Error if one of the packages isn't installed, as `require` does.
 */
export function requireWithout(require: NodeJS.Require, name: string, later: string[]): unknown {
  const within = createRequire(require.resolve(name));
  const { cache } = within;
  const waiting = later.map((other) => within.resolve(other)).filter((path) => !cache[path]);
  for (const path of waiting) cache[path] = moduleWith(path, standIn(within, path));
  try {
    return require(name);
  } finally {
    for (const path of waiting) delete cache[path];
  }
}

/** The module of a package as Node's cache holds it, with these exports. */
export function moduleWith(path: string, exports: unknown): NodeJS.Module {
  return {
    id: path,
    filename: path,
    path,
    loaded: true,
    children: [],
    paths: [],
    exports,
  } as never;
}

/** Stands for a module that may be a function, and loads it at the first look or call. */
function standIn(within: NodeJS.Require, path: string): object {
  const module = () => within(path) as (...args: unknown[]) => unknown;
  return new Proxy(function standIn() {}, {
    // The helpers of TypeScript's output ask this of every module before any use.
    get: (_, key) => (key === "__esModule" ? false : Reflect.get(module(), key)),
    has: (_, key) => Reflect.has(module(), key),
    apply: (_, self, args) => Reflect.apply(module(), self, args),
    construct: (_, args) => Reflect.construct(module(), args) as object,
  });
}
