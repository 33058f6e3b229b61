import { describe, expect, it } from "vitest";
import { displaySymbol, findHost } from "../../src/display/index.js";
import * as q from "../../src/index.js";

const { predict } = q.exercises;
const share = { min: 0, max: 1 };

describe("q.exercises.predict", () => {
  it("gives figures nothing to draw until a number is predicted", () => {
    const open = predict("06", undefined, share);
    expect([open.made, open.value, open.map((v) => v), open.references()]).toEqual([
      false,
      undefined,
      [],
      {},
    ]);
    const made = predict("06", 0.8, share);
    expect([made.made, made.value, made.map((v) => 2 * v), made.references(100)]).toEqual([
      true,
      0.8,
      [1.6],
      { guess: 80 },
    ]);
    expect(predict("06", 0, share).map((v) => v)).toEqual([0]);
  });

  it("goes into a figure, a board and a table without a condition around it", () => {
    const draw = (guess: q.exercises.Prediction) =>
      q.plot.figure({
        data: [
          q.plot.bars(["a", "b"], [0.3, 0.9]),
          ...guess.map((v) => q.plot.line(["a", "b"], [v, v], { name: "guess" })),
        ],
        title: "Accuracy",
      });
    const names = (figure: q.plot.Figure) =>
      (figure.spec.data as { name?: string }[]).map(({ name }) => name);
    expect(names(draw(predict("06")))).not.toContain("guess");
    expect(names(draw(predict("06", 0.8)))).toContain("guess");
    expect(() =>
      q.plot.board("QAT", { references: { float: 0.97, ...predict("06").references() } }),
    ).not.toThrow();
  });

  it("asks for the number with its bounds and unit, and shows it when it is there", () => {
    const asked = predict("01", undefined, { min: 0, unit: "dB" });
    expect(String(asked)).toMatch(
      /^\? Your prediction, a number from 0 on in dB, isn’t made yet\. Write it in the place of undefined/,
    );
    expect(String(predict("01", 3, { unit: "dB" }))).toBe("✓ Your prediction: 3 dB");
    expect(predict("01", 3)[displaySymbol]()["text/html"]).toContain("Your prediction: 3");
  });

  it("shows itself where it is made", () => {
    const host = findHost();
    const shown: unknown[] = [];
    const display = host.display.bind(host);
    host.display = (bundle) => void shown.push(bundle["text/plain"]);
    try {
      predict("06", 0.5);
    } finally {
      host.display = display;
    }
    expect(shown).toEqual(["✓ Your prediction: 0.5"]);
  });

  it("refuses what can't be meant, with what can", () => {
    expect(() => predict("06", 80, share)).toThrow(
      new RangeError(
        'invalid prediction: 80 (expected a number from 0 to 1, as in q.exercises.predict("06", 0.8))',
      ),
    );
    for (const answer of [Number.NaN, Number.POSITIVE_INFINITY, "much", null, [0.8]]) {
      expect(() => predict("06", answer as never, share)).toThrow(TypeError);
    }
    expect(() => predict("6", 1)).toThrow("invalid lesson: 6 (expected a lesson's two digits");
    expect(() => predict("06", 0.5).references(Number.NaN)).toThrow("invalid factor: NaN");
  });
});
