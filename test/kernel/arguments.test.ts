import { expect, it } from "vitest";
import { parseArguments } from "../../src/kernel/arguments.js";

it("parseArguments reads the connection file and the language, in any order", () => {
  expect(parseArguments(["a.json"])).toEqual({ connectionFile: "a.json", language: "typescript" });
  expect(parseArguments(["--language=javascript", "a.json"]).language).toBe("javascript");
});

it("parseArguments says what it expects", () => {
  for (const argv of [
    [],
    ["--language=javascript"],
    ["a", "--language=python"],
    ["a", "--language"],
  ]) {
    expect(() => parseArguments(argv)).toThrow("expected: CONNECTION_FILE");
  }
});

it("parseArguments leaves a front end's own arguments alone", () => {
  for (const argv of [
    ["a.json", "script.ts"],
    ["a.json", "--debug", "-p", "x"],
  ]) {
    expect(parseArguments(argv)).toEqual({ connectionFile: "a.json", language: "typescript" });
  }
});
