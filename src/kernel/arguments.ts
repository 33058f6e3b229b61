import { parseArgs } from "node:util";
import type { CellLanguage } from "./compiler/types.js";

/** The options of the kernel's command line. */
export interface Arguments {
  connectionFile: string;
  language: CellLanguage;
}

/**
 * Reads the kernel's command line. Front ends add arguments of their own, which are left alone, as ipykernel
 * does: `jupyter run script.ts` starts the kernel with `script.ts`.
 *
 * @throws Error if there is no connection file, or if the language isn't known
 * @example
 * parseArguments(["kernel-1.json", "--language=javascript"])
 * // { connectionFile: "kernel-1.json", language: "javascript" }
 */
export function parseArguments(argv: string[]): Arguments {
  const usage = "expected: CONNECTION_FILE [--language=typescript|javascript]";
  const options = { language: { type: "string", default: "typescript" } } as const;
  const { values, positionals } = parseArgs({
    args: argv,
    options,
    allowPositionals: true,
    strict: false,
  });
  const { language } = values;
  if (!isLanguage(language)) throw new Error(`invalid language: ${language} (${usage})`);
  const [connectionFile] = positionals;
  if (connectionFile === undefined) {
    throw new Error(`no connection file in: ${argv.join(" ")} (${usage})`);
  }
  return { connectionFile, language };
}

function isLanguage(language: unknown): language is CellLanguage {
  return language === "typescript" || language === "javascript";
}
