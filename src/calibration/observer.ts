import type { IntegerFormat } from "../quantizers/index.js";
import { MinMaxObserver } from "./minmax.js";
import { MseObserver } from "./mse.js";

/** Sees the values that a tensor takes, batch after batch, in bounded memory, then finds a range. */
export interface Observer {
  /** Takes a batch of finite values into account. @throws RangeError for NaN or an infinity. */
  observe(values: ArrayLike<number>): void;
  /** The range for what was seen. @throws Error when nothing was. */
  range(format: IntegerFormat): { min: number; max: number };
}

const observers = { minmax: MinMaxObserver, mse: MseObserver };

/** How a range is found: that of all values, or the one with the least squared error. */
export type CalibrationMethod = keyof typeof observers;

/**
 * A new observer, to find the range of values that come in batches; e.g. Krishnamoorthi 2018,
 * arXiv:1806.08342, section 3 (`"minmax"`), and Nagel et al. 2021, arXiv:2106.08295, section 3.1
 * (both).
 *
 * @param method `"minmax"`, the range of all values, or `"mse"`, the one with the least squared error
 * @throws TypeError for another method
 * @example
 * const observer = q.observer("mse");
 * for (const { xs } of train.batches(256)) observer.observe(xs.dataSync());
 * observer.range(q.uint(3)); // { min: 0, max: 0.98 }
 */
export function observer(method: CalibrationMethod): Observer {
  if (Object.hasOwn(observers, method)) return new observers[method]();
  throw new TypeError(
    `invalid method: ${method} (expected ${Object.keys(observers).join(" or ")}, as in { method: "mse" })`,
  );
}
