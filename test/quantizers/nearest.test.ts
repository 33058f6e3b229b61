import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  codebook,
  fakeQuantize,
  fp4,
  fp6,
  fp8,
  int,
  minifloat,
} from "../../src/quantizers/index.js";
import { valuesOf } from "../../src/quantizers/minifloat.js";

const values = fc.array(fc.float({ min: -600, max: 600, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

/** The distance to the nearest of some numbers, by looking at each. */
const distance = (x: number, among: ArrayLike<number>) =>
  Math.min(...Array.from(among, (value) => Math.abs(x - value)));

describe("fakeQuantize returns a nearest value of the format, and keeps the order,", () => {
  it.each(
    [
      fp8("e4m3"),
      fp8("e5m2"),
      fp6("e2m3"),
      fp6("e3m2"),
      fp4(),
      minifloat(3, 0),
      minifloat(2, 2),
    ].map((format) => [String(format), format] as const),
  )("of %s", (_, format) => {
    const known = valuesOf(format).filter(Number.isFinite);
    fc.assert(
      fc.property(values, (x) => {
        const found = fakeQuantize(x, format).dataSync();
        for (const [i, value] of x.entries()) {
          expect(known).toContain(found[i]);
          expect(Math.abs(found[i]! - value)).toBe(distance(value, known));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("of codebooks of any length", () => {
    const thousandths = fc.integer({ min: -100_000, max: 100_000 });
    const books = fc
      .uniqueArray(thousandths, { minLength: 2, maxLength: 40 })
      .map((book) => book.map((value) => value / 1000));
    fc.assert(
      fc.property(books, values, (book, x) => {
        const { values: known } = codebook(book);
        const found = fakeQuantize(x, codebook(book)).dataSync();
        for (const [i, value] of x.entries()) {
          expect(known.map((v) => v + 0)).toContain(found[i]! + 0);
          // The middle is found in float32.
          const error = Math.abs(found[i]! - value);
          expect(error).toBeLessThanOrEqual(distance(value, known) + 2e-5);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(["halfUp", "halfEven", "halfAwayFromZero"] as const)("of integers, %s", (rounding) => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 8 }), (x, bits) => {
        const format = int(bits, { rounding });
        const sorted = Float32Array.from(x).sort();
        const found = fakeQuantize(sorted, format, { min: format.smallest, max: format.largest });
        const list = found.dataSync();
        for (const [i, value] of list.entries()) {
          const inside = Math.min(format.largest, Math.max(format.smallest, sorted[i]!));
          expect(Math.abs(value - inside)).toBeLessThanOrEqual(0.5);
          expect(Number.isInteger(value)).toBe(true);
          if (i > 0) expect(value).toBeGreaterThanOrEqual(list[i - 1]!);
        }
      }),
      { numRuns: 40 },
    );
  });
});
