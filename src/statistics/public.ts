export { clopperPearson, mcnemar } from "./binomial.js";
export { holm } from "./holm.js";
export { type Interval, type IntervalOptions, interval } from "./interval.js";
export { mean } from "./mean.js";
export { type Difference, pairedDifference } from "./paired.js";
export type { Proportion } from "./proportion.js";
export { rankCorrelation } from "./rankCorrelation.js";
export type { Separation } from "./separation.js";
