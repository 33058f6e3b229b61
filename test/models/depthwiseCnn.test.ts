import { describe, expect, it } from "vitest";
import { depthwiseCnn } from "../../src/models/index.js";

const make = (seed?: number) => depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed });

describe("depthwiseCnn", () => {
  it("has 986 trainable parameters and 64 running statistics", () => {
    const count = (list: { shape: (number | null)[] }[]) =>
      list.reduce((sum, { shape }) => sum + shape.reduce<number>((a, b) => a * b!, 1), 0);
    const model = make();
    expect(count(model.trainableWeights)).toBe(986);
    expect(model.countParams()).toBe(1050);
  });

  it("starts from weights that only the seed decides", () => {
    const weights = (seed: number) =>
      make(seed)
        .getWeights()
        .map((weight) => [...weight.dataSync()]);
    expect(weights(3)).toEqual(weights(3));
    expect(weights(3)).not.toEqual(weights(4));
  });

  it("refuses images that can't be halved twice", () => {
    expect(() => depthwiseCnn({ inputShape: [10, 8, 1], classes: 10 })).toThrow(
      "invalid inputShape: [10,8,1] (expected [height, width, channels]",
    );
  });
});
