import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import { Martingale } from "../../src/monitor/martingale.js";
import { whole } from "../fixtures/index.js";

const draws = (seed: number) => seedrandom.alea(`martingale ${seed}`);
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The example with which a stream's capital first reaches a bound; undefined if it never does. */
function rings(
  { length, bound, change, from }: { length: number; bound: number; change: number; from: number },
  random: () => number,
): number | undefined {
  const reference = Array.from({ length: 300 }, () => normal(random));
  const martingale = Martingale.of(reference, 32);
  for (let t = 1; t <= length; t++) {
    martingale.see(normal(random) + (t > from ? change : 0), random(), t);
    if (martingale.capital >= bound) return t;
  }
  return undefined;
}

describe("a test martingale", () => {
  it("begins at 1, and stays at 1 on average", () => {
    const random = draws(5);
    let sum = 0;
    const streams = 4000;
    for (let stream = 0; stream < streams; stream++) {
      const martingale = Martingale.between([0.5], [0, 1, 0, 1]);
      expect(martingale.capital).toBe(1);
      for (let t = 1; t <= 20; t++) martingale.see(Number(random() < 0.5), random(), t);
      sum += martingale.capital;
    }
    // Twenty steps stake 2 % of the capital.
    expect(sum / streams).toBeCloseTo(1, 2);
  });

  it("reaches 1/α in at most a share α of streams in which nothing changes", {
    tags: "slow",
  }, () => {
    const random = draws(7);
    const [streams, length, bound] = whole ? [1000, 10_000, 20] : [100, 3000, 20];
    let rung = 0;
    for (let stream = 0; stream < streams; stream++) {
      if (rings({ length, bound, change: 0, from: 0 }, random) !== undefined) rung++;
    }
    expect(rung / streams).toBeLessThanOrEqual(1 / bound);
  });

  it("rings soon after a change, late in a stream too", { tags: "slow" }, () => {
    const random = draws(9);
    for (const [from, within] of [
      [500, 150],
      [3000, 150],
    ] as const) {
      const delays = Array.from({ length: whole ? 1000 : 40 }, () => {
        const at = rings({ length: from + 1000, bound: 1500, change: 1, from }, random);
        return at === undefined ? Number.POSITIVE_INFINITY : at - from;
      }).sort((a, b) => a - b);
      expect(delays[Math.ceil(0.95 * delays.length) - 1]).toBeLessThanOrEqual(within);
    }
  });

  it("says in which direction, since when and how far", () => {
    const random = draws(11);
    const reference = Array.from({ length: 300 }, () => normal(random));
    for (const change of [2, -2]) {
      const martingale = Martingale.of(reference, 32);
      for (let t = 1; t <= 460; t++) {
        martingale.see(normal(random) + (t > 400 ? change : 0), random(), t);
      }
      const { high, since, mean } = martingale.rise;
      expect(high).toBe(change > 0);
      expect(Math.abs(since - 401)).toBeLessThan(40);
      // Some examples before the change are counted with it.
      expect(mean / change).toBeGreaterThan(0.6);
      expect(mean / change).toBeLessThan(1.2);
    }
  });

  it("keeps as many numbers as before", () => {
    const martingale = Martingale.of(
      Array.from({ length: 100 }, (_, i) => i),
      32,
    );
    const size = () => JSON.stringify(martingale.state, (_, v) => (typeof v === "number" ? 0 : v));
    const before = size();
    for (let t = 1; t <= 5000; t++) martingale.see(t % 100, (t % 7) / 7, t);
    expect(size()).toBe(before);
    expect(Number.isFinite(martingale.capital)).toBe(true);
  });
});
