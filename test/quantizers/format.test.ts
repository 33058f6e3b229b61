import { describe, expect, it } from "vitest";
import { int, scheme, uint } from "../../src/quantizers/index.js";

describe("formats", () => {
  it("have 2^bits codes, or one less in a narrow range", () => {
    for (let bits = 1; bits <= 16; bits++) {
      for (const make of [int, uint]) {
        const { smallest, largest } = make(bits);
        expect(largest - smallest + 1).toBe(2 ** bits);
        if (bits > 1) expect(make(bits, { narrowRange: true }).smallest).toBe(smallest + 1);
      }
    }
    expect([int(3).smallest, int(3).largest]).toEqual([-4, 3]);
  });

  it("say what they are", () => {
    expect(String(int(3, { per: "channel" }))).toBe("int3 per channel");
    expect(String(int(8, { symmetric: false, narrowRange: true }))).toBe(
      "int8 per tensor, asymmetric, narrow range",
    );
    expect(uint(4).rounding).toBe("halfUp");
  });

  it("refuse bits and options that aren't, showing a call that is right", () => {
    expect(() => int(33)).toThrow(
      "invalid bits: 33 (expected an integer from 1 to 16, as in q.int(8))",
    );
    expect(() => uint(2.5)).toThrow("invalid bits: 2.5");
    expect(() => int(3, { per: "row" as never })).toThrow(
      'invalid per: row (expected "tensor", "channel", "group" or "token", as in q.int(3, { per: "channel" }))',
    );
    expect(() => int(1, { narrowRange: true })).toThrow("leaves a single code");
  });

  it("make a scheme, which takes formats only, activations per tensor", () => {
    expect(String(scheme({ weights: int(4), activations: uint(8) }))).toBe("W4A8");
    expect(String(scheme({ weights: int(4) }))).toBe("W4A32");
    expect(() => scheme({})).toThrow("invalid scheme: nothing is quantized");
    expect(() => scheme({ weights: 8 as never })).toThrow(
      "invalid weights: 8 (expected a format, as in weights: q.int(8))",
    );
    expect(() => scheme({ activations: uint(8, { per: "channel" }) })).toThrow(
      "expected a format per tensor, as in q.uint(8)",
    );
  });
});
