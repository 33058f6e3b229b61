import { expect, it } from "vitest";
import * as q from "../../src/index.js";

it("q.differences has a row for each pair, with the largest difference of its values", {
  tags: "slow",
}, () => {
  const table = q.differences({ values: [q.tf.tensor([1, 2.5]), [1, 2]], mask: [[1, 1], 1] });
  expect(table.columns).toEqual(["compared", "largest difference"]);
  expect(table.values).toEqual([
    ["values", 0.5],
    ["mask", 0],
  ]);
  expect(() => q.differences({})).toThrow("invalid rows: none");
  expect(() => q.differences({ a: [[1], [1, 2]] })).toThrow("invalid values: 1 and 2");
});
