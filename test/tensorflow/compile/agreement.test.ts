import { describe, expect, it } from "vitest";
import { Pair } from "./agreement.js";
import { nets } from "./nets.js";
import { optimizers, training } from "./training.js";

const { dense, conv2d, "batch normalization": batchNorm, embedding } = nets;
const few = Object.entries({ dense, conv2d, "batch normalization": batchNorm, embedding });

describe("a few compiled steps", () => {
  it.each(few)(
    "of %s have the bits of eager ones with { rewrite: false }",
    { tags: "slow" },
    async (_, net) => {
      const pair = await Pair.make(() => training(net!), { rewrite: false });
      pair.expectEqual(5);
      expect(pair.runs).toBe(2);
      pair.dispose();
    },
  );

  it.each(few)("of %s agree with eager ones", { tags: "slow" }, async (_, net) => {
    const pair = await Pair.make(() => training(net!));
    pair.expectClose(5, 1e-4);
    expect(pair.runs).toBe(2);
    pair.dispose();
  });

  it.each(Object.entries(optimizers))(
    "of %s take each new learning rate without another trace",
    { tags: "slow" },
    async (_, optimizer) => {
      const rate = (step: number) => 0.02 / (1 + step);
      const pair = await Pair.make(() => training(dense!, { optimizer, rate }), { rewrite: false });
      pair.expectEqual(5);
      // Once, where an earlier test's graph has these ops.
      expect(pair.runs).toBeLessThanOrEqual(2);
      pair.dispose();
    },
  );
});
