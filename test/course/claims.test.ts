import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { installHost, whole } from "../fixtures/index.js";
import { claimsOf, type Replaced } from "./cells.js";

let host: ReturnType<typeof installHost>;
beforeAll(() => {
  host = installHost();
});
afterAll(() => {
  host.remove();
});

/** The library with one fault, and the claims that must fail for it. */
const faults: [lesson: string, fault: string, replaced: Replaced, failing: RegExp[]][] = [
  [
    "00",
    "values are rounded down",
    { fakeQuantize: ((x: q.tf.Tensor, ...rest) => q.fakeQuantize(q.tf.sub(x, 1 / 510), ...rest)) as typeof q.fakeQuantize }, // biome-ignore format: one fault a line
    [/variance of the rounding error is s²\/12/],
  ],
  [
    "01",
    "stochastic rounding goes to the nearest code",
    { int: (bits) => q.int(bits, { rounding: "halfEven" }) },
    [/doubles the error's variance/, /has no bias/],
  ],
  [
    "02",
    "Lloyd's iteration stops at its start",
    { lloydMax: ((_, bits) => q.codebook(Array.from({ length: 2 ** bits }, (_, i) => 0.6 * (i - 2 ** (bits - 1) + 0.5)))) as typeof q.lloydMax }, // biome-ignore format: one fault a line
    [/Max's of 1960/, /k-means finds Lloyd–Max/],
  ],
  [
    "03",
    "the least squared error is taken to be that of the whole range",
    {
      observer: ((method) => q.observer(method === "mse" ? "minmax" : method)) as typeof q.observer,
    },
    [
      /By hand and by the library/,
      /no method is above mse/,
      /percentile .* is at least 3 dB below mse/,
    ],
  ],
  [
    "05",
    "halves go away from zero where they ought to go to the even code",
    { fakeQuantize: ((x: q.tf.Tensor, format: q.IntegerFormat, range: q.ValueRange) => q.fakeQuantize(x, format.rounding === "halfEven" ? q.uint(format.bits, { rounding: "halfAwayFromZero" }) : format, range)) as typeof q.fakeQuantize }, // biome-ignore format: one fault a line
    [/PyTorch: half even/, /ONNX Runtime: half even/],
  ],
];

describe.each(faults)("lesson %s, where %s,", (lesson, _, replaced, failing) => {
  it("sees its claims fail", { tags: "slow" }, async () => {
    const claims = await claimsOf(lesson, { replaced });
    const failed = claims.filter(({ holds }) => !holds).map(({ statement }) => statement);
    for (const pattern of failing) expect(failed).toContainEqual(expect.stringMatching(pattern));
  });
});

describe.skipIf(!whole)("the claims, with five other seeds,", () => {
  it.each(["00", "01", "02", "03", "05"])(
    "hold in lesson %s",
    async (lesson) => {
      for (const shift of [10, 20, 30, 40, 50]) {
        const broken = (await claimsOf(lesson, { shift })).filter(({ holds }) => !holds);
        expect(broken, `seeds + ${shift}`).toEqual([]);
      }
    },
    600_000,
  );
});
