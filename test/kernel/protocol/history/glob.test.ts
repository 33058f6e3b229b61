import { expect, it } from "vitest";
import { matchesGlob } from "../../../../src/kernel/protocol/history/glob.js";

it("a glob matches a whole text", () => {
  for (const [pattern, text, expected] of [
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["a*c", "abbc", true],
    ["a*c", "abcd", false],
    ["*a*b*", "xaybz", true],
    ["?", "", false],
    ["a?c", "abc", true],
    ["*.*", "a.b\nc", true],
    ["**x", "aax", true],
    ["*ab", "aab", true],
    ["[a]", "a", false],
  ] as const) {
    expect(matchesGlob(pattern, text), `${pattern} on ${text}`).toBe(expected);
  }
});

it("a glob of many stars ends soon on a text that doesn't match", () => {
  expect(matchesGlob(`${"*a".repeat(400)}b`, "a".repeat(10_000))).toBe(false);
  expect(matchesGlob("*".repeat(2000), "a")).toBe(false);
});
