import { describe, expect, it } from "vitest";
import { scaleOf } from "../../src/calibration/board/scale.js";

const mark = (name: string, reach: number) => ({ name, range: { min: -reach, max: reach } });

describe("the axis of ranges", () => {
  it("is linear where the ranges can be told apart on it", () => {
    const scale = scaleOf({ min: -4, max: 5 }, [mark("mse", 3), mark("minmax", 5)]);
    expect(scale.at(2.5)).toBe(2.5);
    expect(scale.axis).toEqual({});
  });

  it("gives narrow ranges room beside a wide one, with round numbers of both signs", () => {
    const scale = scaleOf({ min: -136, max: 56 }, [
      mark("sigma", 6),
      mark("mse", 9),
      mark("minmax", 136),
    ]);
    const share = (value: number) => scale.at(value) / scale.at(136);
    expect(share(9) - share(6)).toBeGreaterThan(3 * (3 / 136));
    expect(scale.at(-9)).toBe(-scale.at(9));
    const { tickvals, ticktext } = scale.axis as { tickvals: number[]; ticktext: string[] };
    expect(ticktext).toEqual(expect.arrayContaining(["0", "−5", "5", "100"]));
    expect(tickvals).toEqual(tickvals.toSorted((a, b) => a - b));
    expect(tickvals[ticktext.indexOf("100")]).toBe(scale.at(100));
  });
});
