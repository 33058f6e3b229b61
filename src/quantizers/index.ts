export { type Affine, affine } from "./affine.js";
export { codes } from "./codes.js";
export { fakeQuantize, type RangeTensors } from "./fakeQuantize.js";
export { type FormatOptions, type Granularity, type IntegerFormat, int, uint } from "./format.js";
export { coveringRange, type Range } from "./range.js";
export { type Scheme, scheme } from "./scheme.js";
