import { describe, expect, it } from "vitest";
import { parseOptions } from "../../src/cli/options.js";

describe("the command line of qatlab run", () => {
  it("has defaults for everything but the notebooks", () => {
    expect(parseOptions(["a.ipynb", "notebooks"])).toEqual({
      notebooks: ["a.ipynb", "notebooks"],
      out: "executed",
      inPlace: false,
      parameters: {},
      kernel: undefined,
    });
  });

  it("takes options before, between and after the notebooks", () => {
    const words =
      "--in-place a.ipynb --out there -p seeds=[1,2] b.ipynb -p name=two --kernel tslab";
    expect(parseOptions(words.split(" "))).toEqual({
      notebooks: ["a.ipynb", "b.ipynb"],
      out: "there",
      inPlace: true,
      parameters: { seeds: [1, 2], name: "two" },
      kernel: "tslab",
    });
  });

  it("takes negative numbers as parameters, and the last value of a name", () => {
    expect(parseOptions(["a", "-p", "x=-1", "-p", "x=-2"]).parameters).toEqual({ x: -2 });
  });

  it.each([
    [["a", "--colour", "red"], "--colour"],
    [["a", "-q"], "-q"],
    [["a", "--out"], "--out"],
    [["a", "-p"], "-p"],
    [["a", "-p", "seeds"], "invalid parameter: seeds (expected name=value"],
    [["--in-place"], "no notebook named"],
  ])("refuses %j", (argv, words) => {
    expect(() => parseOptions(argv)).toThrow(words);
  });
});
