import { isProxy } from "#door/kernel/cell/platform";
import { Box } from "./box.js";

/** A key of a live object, by the words that front ends have icons for. */
export interface LiveKey {
  name: string;
  type: "method" | "property";
}

/** The most keys that are told. */
const limit = 1000;
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/**
 * The keys that may follow a dot after the object at `path` from `root`: its own, then those of its prototypes. Nothing of the
 * user's is run: a path through an accessor or a proxy ends, and nothing is told of it.
 *
 * @example
 * liveKeys({ a: { b: 1 } }, ["a"])[0] // { name: "b", type: "property" }
 */
export function liveKeys(root: unknown, path: readonly string[]): LiveKey[] {
  // `instanceof` would run a proxy's trap.
  const isBox = [...chain(root)].includes(Box.prototype);
  let value = isBox ? unboxed(root as Box) : root;
  for (const key of path) value = valueAt(value, key);
  const keys = new Map<string, LiveKey>();
  for (const object of chain(value)) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (keys.size >= limit) return [...keys.values()];
      if (keys.has(name) || !identifier.test(name)) continue;
      const held = Object.getOwnPropertyDescriptor(object, name)?.value as unknown;
      keys.set(name, { name, type: typeof held === "function" ? "method" : "property" });
    }
  }
  return [...keys.values()];
}

function valueAt(value: unknown, key: string): unknown {
  for (const object of chain(value)) {
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (property !== undefined) return property.value; // undefined for an accessor
  }
  return undefined;
}

/** An object and its prototypes, up to the first proxy; a primitive has the prototypes of its wrapper. */
function* chain(value: unknown): Iterable<object> {
  if (value === null || value === undefined) return;
  for (
    let object: object | null = Object(value) as object;
    object !== null && !isProxy(object);
    object = Object.getPrototypeOf(object) as object | null
  ) {
    yield object;
  }
}

/** The value in a box, if it has one. */
function unboxed(box: Box): unknown {
  return Object.hasOwn(box, "v") ? box.v : undefined;
}
