import { HistogramObserver } from "../histogram/histogramObserver.js";
import type { Observer } from "../observer.js";
import type { Finder } from "./finder.js";

/** A method with its options chosen. */
export interface Method {
  /** The range for samples that are all known at once. */
  find: Finder;
  /** An observer for values that come in batches. */
  observer(): Observer;
}

/** A method as the table of methods holds it. */
export interface MethodDefinition<Options extends object = object> {
  /** The names of its options; each has a default. */
  options: readonly (keyof Options & string)[];
  /** @throws RangeError or TypeError if an option's value is invalid */
  make(options: Options): Method;
}

/** @internal A method that needs all values at once, and so counts those of a stream in a histogram. */
export function onHistogram(find: Finder): Method {
  return { find, observer: () => new HistogramObserver(find) };
}
