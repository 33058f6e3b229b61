import type { Contender, Entry } from "../contender.js";

/** @internal A browser has no Python. */
export async function openLiteRt(entries: readonly Entry[], _python: string): Promise<Contender[]> {
  throw new Error(`q.benchmark can't run ${entries[0]?.name} in a browser`);
}

/** @internal */
export function defaultPython(): string {
  return "python3";
}
