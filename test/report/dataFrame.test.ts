import { describe, expect, it } from "vitest";
import { dataFrame } from "../../src/report/dataFrame.js";

describe("dataFrame(rows)", () => {
  it("makes a danfo DataFrame with the first row's columns in order", () => {
    const frame = dataFrame([
      { bits: 2, name: "W2" },
      { name: "W3", bits: 3 },
    ]);
    expect(frame.shape).toEqual([2, 2]);
    expect(frame.columns).toEqual(["bits", "name"]);
    expect(frame.values).toEqual([
      [2, "W2"],
      [3, "W3"],
    ]);
  });

  it("names a missing column, and the lack of rows", () => {
    expect(() => dataFrame([{ a: 1, b: 2 }, { a: 3 }])).toThrow("invalid row 1: no column b");
    expect(() => dataFrame([])).toThrow("invalid rows: none");
  });

  it("refuses a column that would replace a property that tables need", () => {
    expect(() => dataFrame([{ bits: 2, values: 4 }])).toThrow(
      "invalid column: values (danfo.js keeps a DataFrame's own values there",
    );
  });
});
