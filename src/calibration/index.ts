export { Histogram } from "./histogram.js";
export { MinMaxObserver } from "./minmax.js";
export { MseObserver } from "./mse.js";
export { type CalibrationMethod, type Observer, observer } from "./observer.js";
export type { Samples } from "./samples.js";
export { leastSquaresRange, squaredError } from "./search.js";
