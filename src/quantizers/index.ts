export { type Affine, affine } from "./affine.js";
export { codes } from "./codes.js";
export { fakeQuantize, type RangeTensors } from "./fakeQuantize.js";
export { type FormatOptions, type Granularity, type IntegerFormat, int, uint } from "./format.js";
export { formatConfig, formatFromConfig } from "./formatConfig.js";
export { checkRange, coveringRange, type Range } from "./range.js";
export { checkScheme, type Scheme, scheme } from "./scheme.js";
