export { type Affine, affine } from "./affine.js";
export { type BinaryFormat, binary, type TernaryFormat, ternary } from "./binary.js";
export {
  type CodebookFormat,
  type CodebookOptions,
  type CodebookScale,
  codebook,
} from "./codebook.js";
export { codes } from "./codes.js";
export { fakeQuantize } from "./fakeQuantize.js";
export { bfloat16, float16, fp4, fp6, fp8 } from "./floats.js";
export { type FormatOptions, type IntegerFormat, int, uint } from "./format.js";
export type { Format } from "./formats.js";
export type { Granularity, SharingOptions } from "./granularity.js";
export { kMeans } from "./kMeans.js";
export { lloydMax } from "./lloydMax.js";
export {
  type MinifloatFormat,
  type MinifloatOptions,
  minifloat,
  type Specials,
} from "./minifloat.js";
export { type MxFormat, type MxOptions, mxfp4, mxfp6, mxfp8, mxint8 } from "./mx.js";
export { nf4 } from "./nf4.js";
export { pack, unpack } from "./packing.js";
export { QuantizedTensor, quantized } from "./quantizedTensor.js";
export { coveringRange, type Range, type RangeTensors } from "./range.js";
export type { Kernel, Rounding } from "./rounding.js";
export type { Scales } from "./scales.js";
export { type LayerFormats, type Scheme, type SchemeOptions, scheme } from "./scheme.js";
