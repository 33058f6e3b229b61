import { describe, expect, it } from "vitest";
import { formatDataFrame, table } from "../../src/display/index.js";
import * as q from "../../src/index.js";

const text = (frame: unknown) => formatDataFrame(frame as never)["text/plain"];
const html = (frame: unknown) => String(formatDataFrame(frame as never)["text/html"]);
const rows = [
  { method: "PTQ", "accuracy (%)": "84.0 ± 2.5", bytes: 1024, loss: 0.5 },
  { method: "QAT", "accuracy (%)": "92.7 ± 1.4", bytes: 1024, loss: 0.25 },
];

describe("a table of q.dataFrame", { tags: "slow" }, () => {
  it("has neither index nor types, which a frame made by danfo.js keeps", () => {
    const frame = q.dataFrame(rows);
    expect(text(frame)).not.toMatch(/int32|float32|string|^ *0 /m);
    expect(text(frame.head(1))).toMatch(/int32/);
  });

  it("has the best of a column in bold, also where a cell holds an interval", () => {
    const shown = html(q.dataFrame(rows, { best: { "accuracy (%)": "high", loss: "low" } }));
    expect(shown.match(/<b>[^<]*<\/b>/g)).toEqual(["<b>92.7 ± 1.4</b>", "<b>0.25</b>"]);
    expect(html(q.dataFrame(rows, { best: "low" }))).not.toContain("<b>92.7");
  });

  it("has as many digits as it was asked for, but whole numbers as they are", () => {
    expect(text(q.dataFrame(rows, { digits: 3 }))).toMatch(/1024 +0\.500|1,024 +0\.500/);
    expect(text(q.dataFrame(rows, { digits: { bytes: 1 } }))).toContain("1024.0");
  });

  it("writes percentages, points and decibels with one digit, or more where all are small", () => {
    const shown = text(
      q.dataFrame([
        { "SQNR (dB)": 37.046, "clipped (%)": 0.001634, "loss of mean (%)": 11 },
        { "SQNR (dB)": -0.76, "clipped (%)": 0, "loss of mean (%)": 12 },
      ]),
    );
    expect(shown).toMatch(/37\.0 +0\.0016 +11\n +−0\.8 +0\.0000 +12$/);
  });

  it("refuses columns that it doesn't have", () => {
    expect(() => q.dataFrame(rows, { best: { size: "low" } })).toThrow("invalid column: size");
    expect(() => q.dataFrame(rows, { digits: -1 })).toThrow("invalid digits: -1");
  });
});

describe("a table's caption", () => {
  it("is broken into lines where it is long, so that it doesn't widen the table", () => {
    const shown = (caption: string) =>
      String(table([{ name: "sign" }], [["yes"]], { caption })["text/html"]);
    expect(shown("masked: ".repeat(20))).toContain("white-space:normal");
    expect(shown("with 95 % intervals")).not.toContain("white-space:normal");
  });
});

describe("a column of numbers in a table", () => {
  it("has true minus signs, which names of layers don't get", () => {
    const right = { name: "codes", align: "right" as const };
    const text = table([{ name: "layer" }, right], [["conv-1", "-128 to 127"]])["text/plain"];
    expect(text).toBe("layer         codes\nconv-1  −128 to 127");
  });
});

describe("q.plusMinus", () => {
  it("writes the mean and the longer half of an interval", () => {
    expect(q.plusMinus({ mean: 92.14, low: 91.3, high: 92.8 })).toBe("92.1 ± 0.8");
    expect(q.plusMinus({ mean: -0.5, low: -0.75, high: -0.25 }, 2)).toBe("−0.50 ± 0.25");
  });
});
