import { homedir } from "node:os";

/**
 * `%cd folder` changes the folder in which files are read and written; imports are still resolved from the
 * notebook's folder. `%cd` alone goes to the home folder.
 */
export function changeFolder(argument: string): void {
  const folder = unquoted(argument).replace(/^~(?=$|\/)/, homedir());
  try {
    process.chdir(folder || homedir());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such folder" : (error as Error).message;
    throw new Error(`invalid %cd: ${folder} (${why}; the folder is still ${process.cwd()})`);
  }
  console.log(process.cwd());
}

/** `%env` lists the environment, `%env NAME` shows a variable, `%env NAME=value` sets it. */
export function environment(argument: string): void {
  const assignment = /^([^\s=]+)(?:\s*=\s*|\s+)([\s\S]*)$/.exec(argument);
  if (assignment) {
    const [, name, value] = assignment;
    process.env[name!] = unquoted(value!);
    console.log(`${name}=${process.env[name!]}`);
    return;
  }
  if (argument === "") {
    for (const name of Object.keys(process.env).sort()) console.log(`${name}=${process.env[name]}`);
    return;
  }
  const value = process.env[argument];
  if (value === undefined) {
    throw new Error(`no environment variable ${argument} (set it by %env ${argument}=value)`);
  }
  console.log(value);
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}
