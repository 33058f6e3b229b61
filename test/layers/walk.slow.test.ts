import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { cases } from "./walk/cases.js";
import { type Limits, readLimits, writeLimits, writes } from "./walk/limits.js";
import { type Outcome, right, walk } from "./walk/outcome.js";

/**
 * Every layer that tfjs exports, with its options. `QATLAB_WALK=all` tries all of them, and `QATLAB_WALK=write`
 * writes what becomes of them in a few eager steps; by default a fixed sample, and the first case of each refusal in a
 * family of layers.
 */
const all = writes || process.env.QATLAB_WALK === "all";
const { layers } = readLimits();
const refusedOf = (family: string, name: string): Outcome | undefined =>
  layers[family]?.refused[name];
const refusals = new Set<string>();
const sample = cases.filter(({ family, name }, i) => {
  const refusal = refusedOf(family, name);
  const kind = JSON.stringify([family, refusal]);
  const isNew = refusal !== undefined && !refusals.has(kind);
  if (isNew) refusals.add(kind);
  return all || isNew || (i % 16 === 0 && !refusal);
});
const seen: Limits["layers"] = {};

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterAll(() => {
  if (writes) writeLimits({ layers: seen });
});

describe("a layer with its options", () => {
  it.each(sample.map((one) => [one.name, one] as const))(
    "trains with the same numbers compiled and eagerly, in float and prepared, and is quantized, or is refused by name: %s",
    async (name, one) => {
      const outcome = await walk(one);
      seen[one.family] ??= { tried: 0, refused: {} };
      const family = seen[one.family]!;
      family.tried++;
      const ways = Object.keys(right) as (keyof Outcome)[];
      if (ways.some((way) => outcome[way] !== right[way])) family.refused[name] = outcome;
      if (!writes) expect(outcome).toEqual(refusedOf(one.family, name) ?? right);
    },
  );
});

it("each family of layers is counted in the limits", () => {
  const names = cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  if (writes) return;
  const tried = Object.entries(layers).map(([family, one]) => [family, one.tried]);
  const counted = tried.map(([family]) => [
    family,
    cases.filter((one) => one.family === family).length,
  ]);
  expect(tried).toEqual(counted);
});
