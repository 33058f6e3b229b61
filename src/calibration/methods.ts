import { aciqRange } from "./aciq.js";
import { checkDistribution, type Distribution } from "./aciqThreshold.js";
import { EmaObserver } from "./ema.js";
import type { Finder } from "./finder.js";
import { HistogramObserver } from "./histogramObserver.js";
import { klRange } from "./kl.js";
import { MinMaxObserver, minmaxRange } from "./minmax.js";
import type { Observer } from "./observer.js";
import { octavRange } from "./octav.js";
import { percentileRange } from "./percentile.js";
import { leastSquaresRange } from "./search.js";
import { sigmaRange } from "./sigma.js";

/** The options of each method; all have a default. */
export interface MethodOptions {
  /** All values. */
  minmax: object;
  /** A moving average of the batches' ends; `momentum` from 0 to below 1, default 0.99. */
  ema: { momentum?: number };
  /** A share of the values, in percent; `percentile` above 0, default 99.99. */
  percentile: { percentile?: number };
  /** The mean ± `k` standard deviations; `k` above 0, default 3. */
  sigma: { k?: number };
  /** The least squared error. */
  mse: object;
  /** The least divergence of distributions, as TensorRT. Where single values are many, it clips far. */
  kl: object;
  /** The closed form for a `distribution`, `"gaussian"` or `"laplace"`; default: the likelier one. */
  aciq: { distribution?: Distribution };
  /** The fixed point of Newton's iteration. */
  octav: object;
}

/** The name of a method. */
export type MethodName = keyof MethodOptions;

/** A method with its options in one object: `{ name: "percentile", percentile: 99.9 }`. */
export type NamedMethod = {
  [Name in MethodName]: { name: Name } & MethodOptions[Name];
}[MethodName];

/** @internal What a method is made of. */
export interface Method {
  /** The range for samples that are all there at once. */
  find: Finder;
  /** An observer for values that come in batches. */
  observer(): Observer;
}

type Make<Options> = (options: Options) => Method;

const methods: { [Name in MethodName]: { options: string[]; make: Make<MethodOptions[Name]> } } = {
  minmax: {
    options: [],
    make: () => ({ find: minmaxRange, observer: () => new MinMaxObserver() }),
  },
  ema: {
    options: ["momentum"],
    make: ({ momentum = 0.99 }) => {
      check(momentum >= 0 && momentum < 1, { momentum }, "from 0 to below 1");
      return { find: minmaxRange, observer: () => new EmaObserver(momentum) };
    },
  },
  percentile: {
    options: ["percentile"],
    make: ({ percentile = 99.99 }) => {
      check(percentile > 0 && percentile <= 100, { percentile }, "above 0, up to 100");
      return onHistogram(percentileRange(percentile));
    },
  },
  sigma: {
    options: ["k"],
    make: ({ k = 3 }) => {
      check(k > 0 && k < Number.POSITIVE_INFINITY, { k }, "above 0");
      return onHistogram(sigmaRange(k));
    },
  },
  mse: { options: [], make: () => onHistogram(leastSquaresRange) },
  kl: { options: [], make: () => onHistogram(klRange) },
  aciq: {
    options: ["distribution"],
    make: ({ distribution }) => {
      if (distribution !== undefined) checkDistribution(distribution);
      return onHistogram(aciqRange(distribution));
    },
  },
  octav: { options: [], make: () => onHistogram(octavRange) },
};

/** @internal The names of all methods. */
export const methodNames = Object.keys(methods) as MethodName[];

/**
 * @internal
 * A method by its name and options.
 *
 * @throws TypeError for another method, or an option that it doesn't have; RangeError for its value
 */
export function methodNamed({ name, ...options }: NamedMethod): Method {
  if (!Object.hasOwn(methods, name)) {
    throw new TypeError(
      `invalid method: ${String(name)} (expected ${methodNames.slice(0, -1).join(", ")} or ${methodNames.at(-1)}, as in { method: "mse" })`,
    );
  }
  const { options: known, make } = methods[name];
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) {
    throw new TypeError(
      `invalid option of ${name}: ${unknown} (expected ${known.join(", ") || "none"})`,
    );
  }
  return (make as Make<object>)(options);
}

function onHistogram(find: Finder): Method {
  return { find, observer: () => new HistogramObserver(find) };
}

/** @throws RangeError for an option, given as `{ name: value }`, that isn't as it is expected. */
function check(fits: boolean, option: Record<string, number>, expected: string): void {
  const [name, value] = Object.entries(option)[0]!;
  if (fits && typeof value === "number") return;
  throw new RangeError(`invalid ${name}: ${String(value)} (expected a number ${expected})`);
}
