import { describe, expect, it } from "vitest";
import { withoutPool } from "../../../src/tensorflow/compile/graphPool.js";
import { Pair } from "./agreement.js";
import { nets } from "./nets.js";
import { optimizers, training } from "./training.js";

const { dense, conv2d, "batch normalization": batchNorm, embedding } = nets;
const few = Object.entries({ dense, conv2d, "batch normalization": batchNorm, embedding });

// Each pair has graphs of its own: where an earlier test's graph had its ops, the function would run once only.
describe("a few compiled steps", () => {
  it.each(few)(
    "of %s have the bits of eager ones with { rewrite: false }",
    { tags: "slow" },
    async (_, net) => {
      const pair = await Pair.make(() => training(net!), { rewrite: false });
      withoutPool(() => pair.expectEqual(5));
      expect(pair.runs).toBe(2);
      pair.dispose();
    },
  );

  it.each(few)("of %s agree with eager ones", { tags: "slow" }, async (_, net) => {
    const pair = await Pair.make(() => training(net!));
    withoutPool(() => pair.expectClose(5, 1e-4));
    expect(pair.runs).toBe(2);
    pair.dispose();
  });

  it.each(Object.entries(optimizers))(
    "of %s take each new learning rate without another trace",
    { tags: "slow" },
    async (_, optimizer) => {
      const rate = (step: number) => 0.02 / (1 + step);
      const pair = await Pair.make(() => training(dense!, { optimizer, rate }), { rewrite: false });
      withoutPool(() => pair.expectEqual(5));
      expect(pair.runs).toBe(2);
      pair.dispose();
    },
  );
});
