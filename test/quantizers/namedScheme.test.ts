import { expect, it } from "vitest";
import * as q from "../../src/index.js";

it("q.scheme takes a name, whose weights have a scale for each channel unless it is told otherwise", () => {
  const words = (scheme: q.Scheme) =>
    `${scheme}: ${scheme.weights ?? "float"}, ${scheme.activations ?? "float"}`;
  const channel = { weights: q.int(3, { per: "channel" }), activations: q.uint(4) };
  expect(words(q.scheme("W3A4"))).toBe(words(q.scheme(channel)));
  expect(words(q.scheme("W2A32"))).toBe("W2A32: int2 per channel, float");
  expect(words(q.scheme("W2"))).toBe(words(q.scheme("W2A32")));
  expect(words(q.scheme("W32A8"))).toBe(words(q.scheme({ activations: q.uint(8) })));
  expect(String(q.scheme("W8A8", { per: "tensor" }).weights)).toBe(String(q.int(8)));
  const options = { exclude: ["logits"], firstAndLast: 8 };
  expect(String(q.scheme("W2A2", options))).toBe(
    String(q.scheme({ ...q.scheme("W2A2"), ...options })),
  );
});

it.each([
  ["w3a3", "invalid scheme: w3a3 (expected the bits of weights and activations, as in"],
  ["W3B3", "invalid scheme: W3B3"],
  ["W40A3", "invalid bits: 40"],
  ["W0A3", "invalid bits: 0"],
  ["W32A32", "invalid scheme: nothing is quantized"],
])("q.scheme refuses the name %s", (name, message) => {
  expect(() => q.scheme(name)).toThrow(message);
});

it("q.scheme refuses formats beside a name", () => {
  expect(() => q.scheme("W3A3", { weights: q.int(8) } as never)).toThrow("weights");
  expect(() => q.scheme("W3A3", { per: "row" as never })).toThrow("invalid per: row");
});
