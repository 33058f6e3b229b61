/** @internal */
export { coveringRanges, divisor, largestSize } from "./extents.js";
/** @internal */
export { floats } from "./fakeQuantize.js";
/** @internal */
export { formatConfig, formatFromConfig } from "./formats/config.js";
/** @internal */
export { type Arrangement, arrange } from "./formats/granularity.js";
/** @internal */
export { checkFormat, isFormat, withBits } from "./formats/integer.js";
/** @internal */
export { gridRange, opCodes } from "./grid/grid.js";
/** @internal */
export { powersOf } from "./grid/powerOfTwo.js";
/** @internal */
export { checkRange, list, symmetricRange } from "./grid/range.js";
/** @internal */
export { rangeTensors } from "./grid/scales.js";
/** @internal */
export type { RangeGradients } from "./grid/tensorGrid.js";
export { type ClippedGradients, Grid } from "./grid/tensorGrid.js";
export * from "./public.js";
/** @internal */
export { checkScheme, formatsOf, hasPatterns, isExcluded, type LayerIdentity } from "./scheme.js";
