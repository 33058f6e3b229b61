import type { Contender, Entry } from "../contender.js";

/** @internal A browser has no Python. @throws Error if there is a file for LiteRT */
export async function openLiteRt(entries: readonly Entry[], _python: string): Promise<Contender[]> {
  const [first] = entries;
  if (first === undefined) return [];
  throw new Error(
    `q.benchmark can't run ${first.name} in a browser, which has no LiteRT (run the notebook in Node for it: npx qatlab start; models can be compared here)`,
  );
}

/** @internal */
export function defaultPython(): string {
  return "python3";
}
