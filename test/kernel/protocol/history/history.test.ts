import { describe, expect, it } from "vitest";
import { History } from "../../../../src/kernel/protocol/history/history.js";

function history(...sources: string[]): History {
  const past = new History();
  sources.forEach((source, i) => {
    past.add(i + 1, source);
  });
  return past;
}

describe("History", () => {
  const past = history("a = 1", "b = 2", "a = 1", "print(b)");

  it("gives the tail, oldest first", () => {
    expect(past.find({ hist_access_type: "tail", n: 2 })).toEqual([
      [1, 3, "a = 1"],
      [1, 4, "print(b)"],
    ]);
    expect(past.find({ hist_access_type: "tail", n: 0 })).toEqual([]);
  });

  it("gives a range without its end, of this session only", () => {
    const range = { hist_access_type: "range", session: 0, start: 2, stop: 4 };
    expect(past.find(range).map(([, cell]) => cell)).toEqual([2, 3]);
    expect(past.find({ ...range, session: 7 })).toEqual([]);
  });

  it("searches by glob, each source once when unique", () => {
    const search = { hist_access_type: "search", pattern: "a*" };
    expect(past.find(search).map(([, cell]) => cell)).toEqual([1, 3]);
    expect(past.find({ ...search, unique: true }).map(([, cell]) => cell)).toEqual([3]);
    expect(past.find({ ...search, pattern: "print(?)" })).toHaveLength(1);
    expect(past.find({ ...search, pattern: "print" })).toEqual([]);
  });

  it("gives results where they are asked for", () => {
    const one = history("1 + 1");
    one.setResult(1, "2");
    expect(one.find({ hist_access_type: "tail", output: true })).toEqual([[1, 1, ["1 + 1", "2"]]]);
  });
});
