import { binary, ternary } from "./binary.js";
import { namedCodebook } from "./codebook.js";
import { bfloat16, float16, fp4, fp6, fp8 } from "./floats.js";
import { type IntegerFormat, int, uint } from "./format.js";
import type { Format } from "./formats.js";
import { type MinifloatFormat, minifloat } from "./minifloat.js";
import { mxfp4, mxfp6, mxfp8, mxint8 } from "./mx.js";

/** A format as plain data. */
type PlainFormat = Record<string, string | number | boolean | number[]>;

/** @internal A format as plain data that a saved model or file can carry. */
export function formatConfig(format: Format): PlainFormat {
  // What follows from the rest is left out.
  const derived = ["smallest", "largest", "element", "toString"];
  const data = Object.entries(format).filter(
    ([name, value]) => value !== undefined && !derived.includes(name),
  );
  return Object.fromEntries(data) as PlainFormat;
}

/** @internal The integer format of such data; `undefined` where there is none. */
export function formatFromConfig(config: unknown): IntegerFormat | undefined {
  if (config === undefined || config === null) return undefined;
  return anyFormatFromConfig(config as Config) as IntegerFormat;
}

type Config = Record<string, never> & { kind: Format["kind"]; bits: number; name: string };

/** @internal The format of such data. @throws TypeError for data of no kind that is known. */
export function anyFormatFromConfig(config: Config): Format {
  const { kind, bits, name, ...given } = config;
  // JSON has null where nothing is.
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  switch (kind) {
    case "int":
      return int(bits, options);
    case "uint":
      return uint(bits, options);
    case "binary":
      return binary(options);
    case "ternary":
      return ternary(options);
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

function floatFrom(name: string, options: Record<string, never>): MinifloatFormat {
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
  return minifloat(options.exponentBits!, options.mantissaBits!, options);
}

function mxFrom(name: string, options: Record<string, never>) {
  const [family, variant] = name.split(" ");
  if (family === "mxfp8") return mxfp8(variant as never, options);
  if (family === "mxfp6") return mxfp6(variant as never, options);
  return family === "mxfp4" ? mxfp4(options) : mxint8(options);
}
