import { expect, it } from "vitest";
import { readQuestion } from "../../../src/kernel/protocol/pager.js";

it("readQuestion reads questions about names, in front and behind", () => {
  expect(readQuestion("Math.hypot?")).toEqual({ expression: "Math.hypot", detail: 0 });
  expect(readQuestion(" ?größe\n")).toEqual({ expression: "größe", detail: 0 });
  expect(readQuestion("a.b??")).toEqual({ expression: "a.b", detail: 1 });
});

it("readQuestion leaves every other cell alone", () => {
  for (const code of ["x", "a ? b : c", "a ?? b", "f()?", "?", "", "// x?", "a?.b"]) {
    expect(readQuestion(code)).toBeNull();
  }
});
