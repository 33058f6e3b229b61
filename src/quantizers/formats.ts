import type { BinaryFormat, TernaryFormat } from "./binary.js";
import { binaryCodec, ternaryCodec } from "./binaryCodec.js";
import type { CodebookFormat } from "./codebook.js";
import { codebookCodec } from "./codebookCodec.js";
import type { Codec } from "./codec.js";
import type { IntegerFormat } from "./format.js";
import { integerCodec } from "./integerCodec.js";
import type { MinifloatFormat } from "./minifloat.js";
import { minifloatCodec } from "./minifloatCodec.js";
import type { MxFormat } from "./mx.js";
import { mxCodec } from "./mxCodec.js";

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

/** @internal How a format computes. */
export function codecOf(format: Format): Codec<Format> {
  return codecs[format.kind] as Codec<Format>;
}

/** @internal @throws TypeError for anything but a format of any kind. */
export function checkAnyFormat(format: Format): void {
  if (Object.hasOwn(codecs, format?.kind) && Number.isInteger(format.bits)) return;
  throw new TypeError(`invalid format: ${String(format)} (expected a format, as in q.int(8))`);
}
