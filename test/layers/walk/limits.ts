import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./outcome.js";

/** The data of docs/limits.md's table of limits; `npm run limits` draws the table. */
export interface Limits {
  /** By family: how many layers with options were tried, and those that aren't trained, by name. */
  layers: Record<string, { tried: number; refused: Record<string, Outcome> }>;
}

const file = fileURLToPath(new URL("../limits.json", import.meta.url));

/** Whether the tests write the data instead of checking it. */
export const writes = process.env.QATLAB_WALK === "write";

export function readLimits(): Limits {
  if (!existsSync(file)) return { layers: {} };
  return JSON.parse(readFileSync(file, "utf8")) as Limits;
}

export function writeLimits(limits: Limits): void {
  writeFileSync(file, `${JSON.stringify(limits, undefined, 2)}\n`);
}
