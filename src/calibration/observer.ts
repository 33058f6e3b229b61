import type { IntegerFormat } from "../quantizers/index.js";
import type { Values } from "./histogram/values.js";
import { type MethodName, methodNamed, type NamedMethod } from "./methods/table.js";

/** Sees the values that a tensor takes, batch after batch, in bounded memory, then finds a range. */
export interface Observer {
  /**
   * Takes a batch of finite values into account, a list or a tensor. @throws RangeError if a value is NaN or
   * infinite, TypeError if `values` holds no numbers.
   */
  observe(values: Values): void;
  /** The range for the observed values. @throws Error if nothing was observed */
  range(format: IntegerFormat): { min: number; max: number };
}

/**
 * How a range is found: a method's name (`"mse"`), its name with options (`{ name: "percentile",
 * percentile: 99.9 }`), or a function that makes an observer of your own.
 */
export type CalibrationMethod = MethodName | NamedMethod | (() => Observer);

/**
 * A new observer, to find the range of values that come in batches:
 *
 * - `"minmax"` finds the range of all values; `"movingAverage"` the moving average of the batches' ends (`momentum`, default 0.99);
 * - `"percentile"` a share of them (`percentile`, default 99.99); `"sigma"` the mean ± `k` standard
 *   deviations (default 3);
 * - `"mse"` the least squared error of rounding and clipping, by search; `"octav"` the same error by the
 *   iteration of Sakr et al. 2022, arXiv:2206.06501; `"aciq"` by the closed forms of Banner et al. 2019,
 *   arXiv:1810.05723 (`distribution`, default the likelier one);
 * - `"kl"` the least Kullback–Leibler divergence, as TensorRT (Migacz 2017).
 *
 * Wu et al. 2020, arXiv:2004.09602, section 5, compares most of them. All but `"minmax"` and `"movingAverage"` count values
 * in a {@link Histogram}: 10⁹ values take 256 kB. A batch without values changes nothing.
 *
 * @param method the method's name, or its name with options, as {@link prepare} takes it
 * @throws TypeError if the method or an option is unknown, RangeError if an option's value is out of bounds
 * @example
 * const observer = q.observer({ name: "percentile", percentile: 99 });
 * for (const { xs } of train.batches(256)) observer.observe(xs);
 * observer.range(q.uint(3)); // { min: 0, max: 1 }
 */
export function observer(method: CalibrationMethod): Observer {
  if (typeof method === "function") return observerFrom(method);
  return methodNamed(named(method)).observer();
}

/** @internal A method's name and options in one object. */
export function named(method: MethodName | NamedMethod): NamedMethod {
  if (typeof (method as unknown as Observer)?.observe === "function") {
    throw new TypeError(
      'invalid method: an observer (each tensor needs one of its own, as in { method: () => q.observer("mse") })',
    );
  }
  return typeof method === "object" && method !== null ? method : ({ name: method } as NamedMethod);
}

function observerFrom(make: () => Observer): Observer {
  const result: unknown = make();
  const { observe, range } = Object(result) as Partial<Observer>;
  if (typeof observe === "function" && typeof range === "function") return result as Observer;
  throw new TypeError(
    `invalid observer: ${String(result)} (expected an object with observe(values) and range(format))`,
  );
}
