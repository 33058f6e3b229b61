import { parseArgs } from "node:util";
import type { CellLanguage } from "./compiler/types.js";

/** The options of the kernel's command line. */
export interface Arguments {
  connectionFile: string;
  language: CellLanguage;
}

/**
 * Reads the kernel's command line.
 *
 * @throws Error if an argument is invalid; the message says what is expected
 * @example
 * parseArguments(["kernel-1.json", "--language=javascript"])
 * // { connectionFile: "kernel-1.json", language: "javascript" }
 */
export function parseArguments(argv: string[]): Arguments {
  const usage = "expected: CONNECTION_FILE [--language=typescript|javascript]";
  const options = { language: { type: "string", default: "typescript" } } as const;
  const { values, positionals } = parsed(() =>
    parseArgs({ args: argv, options, allowPositionals: true }),
  );
  const { language } = values;
  if (!isLanguage(language)) throw new Error(`invalid language: ${language} (${usage})`);
  const [connectionFile, ...others] = positionals;
  if (connectionFile === undefined || others.length > 0) {
    throw new Error(`invalid arguments: ${argv.join(" ")} (${usage})`);
  }
  return { connectionFile, language };

  function parsed<T>(parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      throw new Error(`${(error as Error).message} (${usage})`);
    }
  }
}

function isLanguage(language: string): language is CellLanguage {
  return language === "typescript" || language === "javascript";
}
