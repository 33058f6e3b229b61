import { Dataset } from "../datasets/index.js";
import { kindOf } from "../graph/index.js";

/** @internal @throws TypeError or RangeError if a part isn't a data set, or has examples of another shape */
export function checkSameShape(parts: Readonly<Record<string, Dataset>>): [string, Dataset][] {
  const entries = Object.entries(parts ?? {});
  if (entries.length === 0 || parts instanceof Dataset) {
    throw new RangeError(
      "invalid parts: none by name (expected data sets by name, as in { train, test })",
    );
  }
  const [, first] = entries[0]!;
  for (const [name, data] of entries) {
    if (!(data instanceof Dataset)) {
      throw new TypeError(
        `invalid ${name}: ${kindOf(data)} (expected a data set, as in { train, test })`,
      );
    }
    data.checkAlive();
    const [shape, expected] = [data, first].map(({ xs }) => String(xs.shape.slice(1)));
    if (shape === expected) continue;
    throw new RangeError(
      `invalid ${name}: examples of shape [${shape}] (expected [${expected}], as in the first part)`,
    );
  }
  return entries;
}
