import { describe, expect, it } from "vitest";
import { nearest } from "../../src/arguments/index.js";

describe("the nearest name", () => {
  it.each([
    ["a letter too few", "cosin", "cosine"],
    ["a letter too many", "coosine", "cosine"],
    ["another letter", "casine", "cosine"],
    ["two letters exchanged", "cosien", "cosine"],
    ["capitals", "COSINE", "cosine"],
    ["another word", "cubic", undefined],
    ["nothing", "", undefined],
  ])("is found, or none is: %s", (_, name, expected) => {
    expect(nearest(name, ["constant", "cosine", "linear"])).toBe(expected);
  });

  it("is the one with the fewest changes", () => {
    expect(nearest("percentil", ["percentiles", "percentile"])).toBe("percentile");
    expect(nearest("mse", [])).toBeUndefined();
  });

  // Damerau's neighbours that change places count once: two replacements would be too many for four letters.
  it("counts an exchange as one change", () => {
    expect(nearest("fodl", ["fold"])).toBe("fold");
    expect(nearest("fxyd", ["fold"])).toBeUndefined();
  });
});
