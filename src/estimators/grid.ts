import type { IntegerFormat, RangeTensors, ValueRange } from "../quantizers/index.js";
import { checkFormat, Grid, rangeTensors } from "../quantizers/index.js";

/**
 * The grid of a range, as an estimator's `forward` and `backward` get it. With it you can look at a grid, or
 * try an estimator of your own outside of a model.
 *
 * @param range `min` and `max`: numbers, or one for each channel; 0 lies between them
 * @throws TypeError if `format` isn't an integer format, or `range` isn't a range; RangeError if 0 doesn't lie in it
 * @example
 * const grid = q.estimators.grid(q.int(3), { min: -1, max: 0.75 });
 * const { backward } = q.estimators.get("clippedSte");
 * const [dy, x] = [q.tf.tensor([2, 2]), q.tf.tensor([0.3, 9])];
 * const context = { format: grid.format, role: "weights", training: true } as const;
 * backward({ ...context, dy, x, grid, parameters: {}, value: grid.round(x) }).x; // [ 2, 0 ]
 */
export function grid(format: IntegerFormat, range: ValueRange | RangeTensors): Grid {
  checkFormat(format);
  return new Grid(format, rangeTensors(range, format) as RangeTensors);
}
