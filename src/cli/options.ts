import { parseArgs } from "node:util";
import { parseParameter } from "./parameters.js";

/** The notebooks and options on the command line of `qatlab run`. */
export interface Options {
  notebooks: string[];
  out: string;
  inPlace: boolean;
  parameters: Record<string, unknown>;
  kernel: string | undefined;
}

const options = {
  out: { type: "string", default: "executed" },
  "in-place": { type: "boolean", default: false },
  parameter: { type: "string", short: "p", multiple: true, default: [] as string[] },
  kernel: { type: "string" },
} as const;

/**
 * Reads the command line of `qatlab run`.
 *
 * @throws Error if an option is unknown or lacks its value, or if no notebook is named
 */
export function parseOptions(argv: string[]): Options {
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  if (positionals.length === 0) throw new Error("no notebook named");
  return {
    notebooks: positionals,
    out: values.out,
    inPlace: values["in-place"],
    parameters: Object.fromEntries(values.parameter.map(parseParameter)),
    kernel: values.kernel,
  };
}
