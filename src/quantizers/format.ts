import { binaryCodec, ternaryCodec } from "./codecs/binary.js";
import { codebookCodec } from "./codecs/codebook.js";
import type { Codec } from "./codecs/codec.js";
import { integerCodec } from "./codecs/integer.js";
import { minifloatCodec } from "./codecs/minifloat.js";
import { mxCodec } from "./codecs/mx.js";
import type { BinaryFormat, TernaryFormat } from "./formats/binary.js";
import type { CodebookFormat } from "./formats/codebook.js";
import type { IntegerFormat } from "./formats/integer.js";
import type { MinifloatFormat } from "./formats/minifloat.js";
import type { MxFormat } from "./formats/mx.js";

/** Any number format. */
export type Format =
  | IntegerFormat
  | MinifloatFormat
  | CodebookFormat
  | BinaryFormat
  | TernaryFormat
  | MxFormat;

const codecs = {
  int: integerCodec,
  uint: integerCodec,
  float: minifloatCodec,
  codebook: codebookCodec,
  binary: binaryCodec,
  ternary: ternaryCodec,
  mx: mxCodec,
};

/** @internal The codec that computes a format. */
export function codecOf(format: Format): Codec<Format> {
  return codecs[format.kind] as Codec<Format>;
}

/** @internal @throws TypeError if `format` isn't a format of any kind */
export function checkAnyFormat(format: Format): void {
  if (Object.hasOwn(codecs, format?.kind) && Number.isInteger(format.bits)) return;
  throw new TypeError(`invalid format: ${String(format)} (expected a format, as in q.int(8))`);
}
