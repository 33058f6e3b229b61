export { codes } from "./codes.js";
export { fakeQuantize } from "./fakeQuantize.js";
export { type KMeansOptions, kMeans } from "./fitting/kMeans.js";
export { lloydMax } from "./fitting/lloydMax.js";
export type { Format } from "./format.js";
export { type BinaryFormat, binary, type TernaryFormat, ternary } from "./formats/binary.js";
export {
  type CodebookFormat,
  type CodebookOptions,
  type CodebookScale,
  codebook,
} from "./formats/codebook.js";
export { bfloat16, float16, fp4, fp6, fp8 } from "./formats/floats.js";
export type { Granularity, SharingOptions } from "./formats/granularity.js";
export {
  type FormatOptions,
  type IntegerFormat,
  type IntOptions,
  int,
  uint,
} from "./formats/integer.js";
export {
  type CustomMinifloatOptions,
  type MinifloatFormat,
  type MinifloatOptions,
  minifloat,
  type Specials,
} from "./formats/minifloat.js";
export { type MxFormat, type MxOptions, mxfp4, mxfp6, mxfp8, mxint8 } from "./formats/mx.js";
export { type Nf4Options, nf4 } from "./formats/nf4.js";
export { type Affine, affine } from "./grid/affine.js";
export { coveringRange, type RangeTensors, type ValueRange } from "./grid/range.js";
export type { Arithmetic, Rounding } from "./grid/rounding.js";
export type { Scales } from "./grid/scales.js";
export type { NamedSchemeOptions } from "./namedScheme.js";
export { pack, type UnpackOptions, unpack } from "./packed/packing.js";
export { QuantizedTensor, quantizeTensor } from "./packed/quantizedTensor.js";
export { type LayerFormats, type Scheme, type SchemeOptions, scheme } from "./scheme.js";
