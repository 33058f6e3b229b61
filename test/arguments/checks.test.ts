import { describe, expect, it } from "vitest";
import {
  checkBits,
  checkChoice,
  checkCount,
  checkCounts,
  checkInteger,
  checkNumber,
  checkOptionalCounts,
  checkOptionNames,
  checkSeed,
  checkShare,
  isBits,
  isSeed,
} from "../../src/arguments/index.js";

/** The error that a check throws: its class and its message. */
function thrownBy(check: () => void): string {
  try {
    check();
  } catch (error) {
    return String(error);
  }
  return "nothing";
}

describe("bits", () => {
  it("are integers from 1 to 16, or to another number", () => {
    for (const bits of [1, 8, 16]) expect(thrownBy(() => checkBits(bits))).toBe("nothing");
    expect(thrownBy(() => checkBits(32, { most: 32 }))).toBe("nothing");
    expect([1, 16, 0, 17, 2.5, "8", undefined].map((bits) => isBits(bits))).toEqual([
      true,
      true,
      ...Array(5).fill(false),
    ]);
  });

  it.each([0, 17, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, "8", undefined, null])(
    "refuse %s",
    (bits) => {
      expect(thrownBy(() => checkBits(bits, { example: "q.int(8)" }))).toBe(
        `RangeError: invalid bits: ${bits} (expected an integer from 1 to 16, as in q.int(8))`,
      );
    },
  );

  it("are named as the argument is", () => {
    expect(thrownBy(() => checkBits(9, { name: "firstAndLast", most: 8 }))).toBe(
      "RangeError: invalid firstAndLast: 9 (expected an integer from 1 to 8)",
    );
  });
});

describe("counts", () => {
  it("are whole numbers within limits", () => {
    expect(thrownBy(() => checkCount("epochs", 1))).toBe("nothing");
    expect(thrownBy(() => checkCount("begin", 0, { least: 0 }))).toBe("nothing");
    expect(thrownBy(() => checkCount("count", 64, { most: 64 }))).toBe("nothing");
    expect(thrownBy(() => checkCount("epochs", 0))).toBe(
      "RangeError: invalid epochs: 0 (expected a whole number of at least 1)",
    );
    expect(thrownBy(() => checkCount("count", 65, { most: 64, example: "take(8)" }))).toBe(
      "RangeError: invalid count: 65 (expected a whole number from 1 to 64, as in take(8))",
    );
    for (const wrong of [1.5, Number.NaN, Number.POSITIVE_INFINITY, "2", undefined]) {
      expect(thrownBy(() => checkCount("epochs", wrong))).toMatch("RangeError: invalid epochs: ");
    }
  });

  it("are refused by the name of the first that is invalid", () => {
    expect(thrownBy(() => checkCounts({ classes: 10, units: 0, blocks: -1 }))).toMatch(
      "invalid units: 0 ",
    );
    expect(thrownBy(() => checkCounts({ classes: undefined }))).toMatch("classes: undefined");
  });

  it("may be left out where they have defaults", () => {
    expect(thrownBy(() => checkOptionalCounts({ batchSize: undefined }))).toBe("nothing");
    expect(thrownBy(() => checkOptionalCounts({ batchSize: 0 }))).toMatch("invalid batchSize: 0 ");
  });
});

describe("integers", () => {
  it("lie within limits, the upper of which may be left out", () => {
    expect(thrownBy(() => checkInteger("digits", 15, { from: 0, to: 15 }))).toBe("nothing");
    expect(thrownBy(() => checkInteger("digits", 16, { from: 0, to: 15 }))).toBe(
      "RangeError: invalid digits: 16 (expected an integer from 0 to 15)",
    );
    expect(thrownBy(() => checkInteger("groupSize", 0, { from: 1 }))).toBe(
      "RangeError: invalid groupSize: 0 (expected an integer from 1)",
    );
  });
});

describe("seeds", () => {
  it("are integers or texts, or are left out", () => {
    for (const seed of [0, -3, 2 ** 53 - 1, "", "run 1"]) {
      expect(isSeed(seed)).toBe(true);
      expect(thrownBy(() => checkSeed(seed))).toBe("nothing");
    }
    expect(thrownBy(() => checkSeed(undefined))).toBe("nothing");
  });

  it.each([0.5, 2 ** 53, Number.NaN, null, {}, true])("are not %s", (seed) => {
    expect(isSeed(seed)).toBe(false);
    expect(thrownBy(() => checkSeed(seed))).toBe(
      `TypeError: invalid seed: ${seed} (expected an integer or a text, as in { seed: 7 })`,
    );
  });
});

describe("numbers", () => {
  // The limits, values within, values outside, and the words for the limits.
  it.each([
    [{}, [0, -1e300], [], "a finite number"],
    [{ from: 0 }, [0, 1e300], [-1e-9], "a number from 0"],
    [{ above: 0 }, [1e-9], [0, -1], "a number above 0"],
    [{ from: 0, to: 1 }, [0, 1], [-1e-9, 1 + 1e-9], "a number from 0 to 1"],
    [{ from: 0, below: 1 }, [0, 1 - 1e-9], [1, -1e-9], "a number from 0 to below 1"],
    [{ above: 0, to: 1 }, [1e-9, 1], [0, 1 + 1e-9], "a number above 0, up to 1"],
    [{ above: 0, below: 1 }, [1e-9, 1 - 1e-9], [0, 1], "a number between 0 and 1"],
  ])("lie within %o", (limits, inside, outside, words) => {
    for (const value of inside) {
      expect(thrownBy(() => checkNumber("alpha", value, limits))).toBe("nothing");
    }
    const never = [Number.NaN, Number.POSITIVE_INFINITY, "1", undefined];
    for (const value of [...outside, ...never]) {
      expect(thrownBy(() => checkNumber("alpha", value, { ...limits, example: "0.5" }))).toBe(
        `RangeError: invalid alpha: ${value} (expected ${words}, as in 0.5)`,
      );
    }
  });

  it("that are shares lie from 0 to 1", () => {
    expect([0, 0.5, 1].map((p) => thrownBy(() => checkShare("p", p)))).toEqual(
      Array(3).fill("nothing"),
    );
    expect(thrownBy(() => checkShare("p", 1.1, { noun: "a probability" }))).toBe(
      "RangeError: invalid p: 1.1 (expected a probability from 0 to 1)",
    );
  });
});

describe("choices", () => {
  const check = (value: unknown) => () => checkChoice("batchNorm", value, ["fold", "train"]);

  it("are among the names", () => {
    expect(thrownBy(check("train"))).toBe("nothing");
    expect(thrownBy(check("both"))).toBe(
      'TypeError: invalid batchNorm: both (expected "fold" or "train")',
    );
    for (const value of [undefined, null, 3, ["fold"], "toString"]) {
      expect(thrownBy(check(value))).toMatch("TypeError: invalid batchNorm: ");
    }
  });

  it("that are misspelled get a proposal", () => {
    for (const value of ["trian", "Train", "trains", "tran"]) {
      expect(thrownBy(check(value))).toBe(
        `TypeError: invalid batchNorm: ${value} (expected "fold" or "train"; did you mean "train"?)`,
      );
    }
  });

  it("are refused with the other values that are allowed, and an example", () => {
    const options = { others: ["a function"], example: 'ramp: "cosine"' };
    const ramp = () => checkChoice("ramp", "cubic", ["cosine", "linear"], options);
    expect(thrownBy(ramp)).toBe(
      'TypeError: invalid ramp: cubic (expected "cosine", "linear" or a function, as in ramp: "cosine")',
    );
  });
});

describe("options", () => {
  const check = (options: object | undefined, names: string[]) =>
    thrownBy(() => checkOptionNames("ewgs", options, names));

  it("exist, or the first that doesn't is named with the nearest one", () => {
    expect(check({ delta: 1 }, ["delta"])).toBe("nothing");
    expect(check(undefined, [])).toBe("nothing");
    expect(check({ alpha: 1 }, ["delta"])).toBe(
      "TypeError: invalid option of ewgs: alpha (expected delta)",
    );
    expect(check({ detla: 1 }, ["delta", "scale"])).toBe(
      "TypeError: invalid option of ewgs: detla (expected delta, scale; did you mean delta?)",
    );
    expect(check({ alpha: 1 }, [])).toBe(
      "TypeError: invalid option of ewgs: alpha (expected none)",
    );
  });
});
