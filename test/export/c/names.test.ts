import { describe, expect, it } from "vitest";
import { checkName, commentText } from "../../../src/export/c/names.js";

describe("the name of a model in C", () => {
  it.each([
    ["digits", "digits"],
    ["depthwise-cnn (int8)", "depthwise_cnn_int8"],
    ["8 bits", "model_8_bits"],
    ["int", "model_int"],
    ["main", "model_main"],
    ["", "model"],
    ["数字", "model"],
    ["_x_", "x"],
    ["a".repeat(60), "a".repeat(40)],
  ])("is made of the model's name: %s becomes %s", (name, expected) => {
    expect(checkName(undefined, name)).toBe(expected);
  });

  it.each(["", "9lives", "a-b", "while", "main", "_x", "x y", "a".repeat(41), 'x"', "x\n"])(
    "is refused if the caller's choice isn't one: %j",
    (name) => {
      expect(() => checkName(name, "model")).toThrow(
        `invalid name: ${name} (expected a name in C of at most 40 letters`,
      );
    },
  );

  it("is the caller's choice if that is one", () => {
    expect(checkName("Digits_8", "model")).toBe("Digits_8");
  });
});

it("a text in a comment ends no comment and no line", () => {
  expect(commentText("a*/ int x; /*\n\\ é")).toBe("a* / int x; / *?/ ?");
});
