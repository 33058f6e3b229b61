/**
 * Node's own modules without a static import, so that the same file also loads in a browser tab,
 * where the answer is `undefined`.
 */
export function builtin(name: "node:util"): typeof import("node:util") | undefined;
export function builtin(name: "node:module"): typeof import("node:module") | undefined;
export function builtin(
  name: "node:worker_threads",
): typeof import("node:worker_threads") | undefined;
export function builtin(name: string): unknown {
  const node = (globalThis as { process?: NodeJS.Process }).process;
  return node?.getBuiltinModule?.(name as "node:util");
}
