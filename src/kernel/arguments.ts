import type { CellLanguage } from "./compiler/types.js";

/** What the kernel's command line says. */
export interface Arguments {
  connectionFile: string;
  language: CellLanguage;
}

/**
 * Reads the kernel's command line.
 *
 * @throws Error saying what is wrong and what is expected
 * @example
 * parseArguments(["kernel-1.json", "--language=javascript"])
 * // { connectionFile: "kernel-1.json", language: "javascript" }
 */
export function parseArguments(argv: string[]): Arguments {
  const usage = "expected: CONNECTION_FILE [--language=typescript|javascript]";
  let language: CellLanguage = "typescript";
  const files: string[] = [];
  for (const argument of argv) {
    const [, name, value] = /^--([a-z]+)=(.*)$/.exec(argument) ?? [];
    if (name === undefined) files.push(argument);
    else if (name === "language" && (value === "typescript" || value === "javascript")) {
      language = value;
    } else throw new Error(`invalid argument: ${argument} (${usage})`);
  }
  if (files.length !== 1) throw new Error(`invalid arguments: ${argv.join(" ")} (${usage})`);
  return { connectionFile: files[0]!, language };
}
