import { expect, it } from "vitest";
import { Digests } from "../../../src/kernel/protocol/digests.js";

it("a signature is new once, as long as it is among the latest", () => {
  const digests = new Digests({ limit: 2 });
  expect(["a", "b", "a", "c", "b", "a"].map((digest) => digests.add(digest))).toEqual([
    true, // a
    true, // b
    false,
    true, // c; a is forgotten
    false,
    true,
  ]);
});
