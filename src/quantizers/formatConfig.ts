import { type IntegerFormat, int, uint } from "./format.js";

/** A format as plain data, for files. */
type FormatConfig = Pick<IntegerFormat, "kind" | "bits" | "per" | "symmetric" | "narrowRange">;

/** @internal A format as plain data that a saved model can carry. */
export function formatConfig(format: IntegerFormat): FormatConfig {
  const { kind, bits, per, symmetric, narrowRange } = format;
  return { kind, bits, per, symmetric, narrowRange };
}

/** @internal The format of such data; `undefined` where there is none. */
export function formatFromConfig(config: unknown): IntegerFormat | undefined {
  if (config === undefined || config === null) return undefined;
  const { kind, bits, ...options } = config as FormatConfig;
  return kind === "int" ? int(bits, options) : uint(bits, options);
}
