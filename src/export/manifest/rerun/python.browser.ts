import type { Runner } from "./runner.js";

/** @internal A browser has no Python. */
export function pythonRunner(_python: string): Runner {
  return async () => ({ reason: "a browser has no Python" });
}
