import type { Format } from "../format.js";
import { binary, ternary } from "./binary.js";
import { namedCodebook } from "./codebook.js";
import { bfloat16, float16, fp4, fp6, fp8 } from "./floats.js";
import { sharingOptions } from "./granularity.js";
import { formatOptions, type IntegerFormat, int, uint } from "./integer.js";
import { type MinifloatFormat, minifloat, minifloatOptions } from "./minifloat.js";
import { mxfp4, mxfp6, mxfp8, mxint8, mxOptions } from "./mx.js";

/** A format as plain data. */
type PlainFormat = Record<string, string | number | boolean | number[]>;

/** @internal A format as plain data that a saved model or file can carry. */
export function formatConfig(format: Format): PlainFormat {
  // Fields that follow from the other fields are left out.
  const derived = ["smallest", "largest", "element", "toString"];
  const data = Object.entries(format).filter(
    ([name, value]) => value !== undefined && !derived.includes(name),
  );
  return Object.fromEntries(data) as PlainFormat;
}

/** @internal The integer format of plain data; `undefined` if the data are no integer format. */
export function formatFromConfig(config: unknown): IntegerFormat | undefined {
  if (config === undefined || config === null) return undefined;
  return anyFormatFromConfig(config as Config) as IntegerFormat;
}

type Config = Record<string, never> & { kind: Format["kind"]; bits: number; name: string };

/** @internal The format of plain data. @throws TypeError if the data's kind is unknown */
export function anyFormatFromConfig(config: Config): Format {
  const { kind, bits, name, ...fields } = config;
  // JSON has null in place of absent values.
  const options = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  switch (kind) {
    case "int":
      return int(bits, pick(options, { ...formatOptions, symmetric: true }));
    case "uint":
      return uint(bits, pick(options, formatOptions));
    case "binary":
      return binary(pick(options, sharingOptions));
    case "ternary":
      return ternary(pick(options, sharingOptions));
    case "codebook": {
      const { values, standard, ...rest } = options as Record<string, never>;
      return namedCodebook(values!, { name, ...rest }, standard!);
    }
    case "float":
      return floatFrom(name, options);
    case "mx":
      return mxFrom(name, options);
  }
  throw new TypeError(`invalid format: ${JSON.stringify(config)} (of no kind that is known)`);
}

/** The data of a format that are options of the function that makes it; the others follow from these. */
function pick(data: Record<string, never>, names: object): Record<string, never> {
  return Object.fromEntries(Object.entries(data).filter(([name]) => Object.hasOwn(names, name)));
}

function floatFrom(name: string, data: Record<string, never>): MinifloatFormat {
  const options = pick(data, minifloatOptions);
  const [family, variant] = name.split(" ");
  switch (family) {
    case "fp8":
      return fp8(variant as never, options);
    case "fp6":
      return fp6(variant as never, options);
    case "fp4":
      return fp4(variant as never, options);
    case "bfloat16":
      return bfloat16(options);
    case "float16":
      return float16(options);
  }
  const { exponentBits, mantissaBits, specials, bias } = data;
  return minifloat(exponentBits!, mantissaBits!, { ...options, specials, bias });
}

function mxFrom(name: string, data: Record<string, never>) {
  const options = pick(data, mxOptions);
  const [family, variant] = name.split(" ");
  if (family === "mxfp8") return mxfp8(variant as never, options);
  if (family === "mxfp6") return mxfp6(variant as never, options);
  return family === "mxfp4" ? mxfp4(options) : mxint8(options);
}
