import { describe, expect, it } from "vitest";
import { cursor, flag, record, text } from "../../../src/kernel/protocol/fields.js";

describe("A field of a message", () => {
  it("is read where it is of its type, and has a value where it is missing or null", () => {
    expect(text({ code: "1" }, "code")).toBe("1");
    expect([text({}, "code"), text({ code: null }, "code")]).toEqual(["", ""]);
    expect([flag({ silent: true }, "silent", false), flag({}, "silent", true)]).toEqual([
      true,
      true,
    ]);
    expect([record({ e: { a: 1 } }, "e"), record({}, "e")]).toEqual([{ a: 1 }, {}]);
  });

  it("of another type is refused in words", () => {
    expect(() => text({ code: ["x"] }, "code")).toThrow(
      new TypeError("invalid code: [ 'x' ] (expected a string)"),
    );
    expect(() => flag({ silent: "no" }, "silent", false)).toThrow(
      "invalid silent: 'no' (expected true or false)",
    );
    expect(() => record({ e: [1] }, "e")).toThrow("invalid e: [ 1 ] (expected an object)");
    expect(() => cursor({ cursor_pos: "3" }, "abc")).toThrow(
      "invalid cursor_pos: '3' (expected a number of code points)",
    );
    let deep: unknown = 0;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => text({ code: deep }, "code")).toThrow("invalid code: [ [Array] ] (expected");
    expect(() => text({ code: 1e308 }, "code")).toThrow("invalid code: 1e+308");
  });

  it("that names a place outside of the code means its nearest end", () => {
    const places = [-5, 0, 1.5, 2, 99, Number.POSITIVE_INFINITY, null];
    expect(places.map((cursor_pos) => cursor({ cursor_pos }, "a😀"))).toEqual([
      0, 0, 1, 2, 2, 2, 2,
    ]);
  });
});
