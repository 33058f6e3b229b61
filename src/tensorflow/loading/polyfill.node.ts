import { createRequire } from "node:module";

/**
 * @internal
 * tfjs-node 4.22 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed (fixed in
 * tfjs#8425, unreleased). Only missing functions are added.
 */
export function restoreUtil(): void {
  const util: Record<string, unknown> = createRequire(import.meta.url)("node:util");
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
