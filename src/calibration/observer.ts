import type { IntegerFormat } from "../quantizers/index.js";
import { type MethodName, type MethodOptions, methodNamed, type NamedMethod } from "./methods.js";
import type { Values } from "./values.js";

/** Sees the values that a tensor takes, batch after batch, in bounded memory, then finds a range. */
export interface Observer {
  /**
   * Takes a batch of finite values into account, a list or a tensor. @throws RangeError for NaN or an
   * infinity, TypeError for what holds no numbers.
   */
  observe(values: Values): void;
  /** The range for what was seen. @throws Error when nothing was. */
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
 * - `"minmax"` all values; `"ema"` the moving average of the batches' ends (`momentum`, default 0.99);
 * - `"percentile"` a share of them (`percentile`, default 99.99); `"sigma"` the mean ± `k` standard
 *   deviations (default 3);
 * - `"mse"` the least squared error of rounding and clipping, by search; `"octav"` the same error by the
 *   iteration of Sakr et al. 2022, arXiv:2206.06501; `"aciq"` by the closed forms of Banner et al. 2019,
 *   arXiv:1810.05723 (`distribution`, default the likelier one);
 * - `"kl"` the least Kullback–Leibler divergence, as TensorRT (Migacz 2017).
 *
 * Wu et al. 2020, arXiv:2004.09602, section 5, compares most of them. All but minmax and ema count values
 * in a {@link Histogram}: 10⁹ values take 256 kB. A batch without values changes nothing.
 *
 * @param method the method's name; or as {@link prepare} takes it, options included
 * @param options the method's own
 * @throws TypeError for another method or option, RangeError for an option's value
 * @example
 * const observer = q.observer("percentile", { percentile: 99 });
 * for (const { xs } of train.batches(256)) observer.observe(xs);
 * observer.range(q.uint(3)); // { min: 0, max: 1 }
 */
export function observer<Name extends MethodName>(
  method: Name,
  options?: MethodOptions[Name],
): Observer;
export function observer(method: CalibrationMethod): Observer;
export function observer(method: CalibrationMethod, options?: object): Observer {
  if (typeof method === "function") return made(method);
  return methodNamed(named(method, options)).observer();
}

/** @internal A method's name and options in one object. */
export function named(method: MethodName | NamedMethod, options?: object): NamedMethod {
  if (typeof (method as unknown as Observer)?.observe === "function") {
    throw new TypeError(
      'invalid method: an observer (each tensor needs one of its own, as in { method: () => q.observer("mse") })',
    );
  }
  const given = typeof method === "object" && method !== null ? method : { name: method };
  return { ...given, ...options } as NamedMethod;
}

function made(make: () => Observer): Observer {
  const own: unknown = make();
  const { observe, range } = Object(own) as Partial<Observer>;
  if (typeof observe === "function" && typeof range === "function") return own as Observer;
  throw new TypeError(
    `invalid observer: ${String(own)} (expected an object with observe(values) and range(format))`,
  );
}
