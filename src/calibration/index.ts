/** @internal */
export { HistogramObserver } from "./histogram/histogramObserver.js";
export { type CalibrationMethod, type Observer, observer } from "./observer.js";
export * from "./public.js";
/** @internal */
export { Collector } from "./report/collector.js";
/** @internal */
export { inParts, type PartObserver } from "./report/inParts.js";
/** @internal */
export { notes } from "./report/record.js";
/** @internal */
export { weightRange, weightRanges } from "./weights.js";
