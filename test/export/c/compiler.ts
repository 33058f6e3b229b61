import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The warnings that an exported model must not have, as errors. */
export const strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

/** The sanitizers of memory and of undefined behaviour, which end a program at the first error. */
export const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** A C compiler as a command with its first arguments: `$CC`, one of the usual names, or PyPI's ziglang. */
function findCompiler(): readonly string[] | undefined {
  const commands = [process.env.CC, "cc", "gcc", "clang", "python3 -m ziglang cc"];
  return commands
    .filter((command) => command !== undefined && command !== "")
    .map((command) => command!.split(" "))
    .find(([program = "", ...args]) => {
      const input = "int main(void) { return 0; }\n";
      const flags = ["-std=c99", "-fsyntax-only", "-x", "c", "-"];
      return spawnSync(program, [...args, ...flags], { input }).status === 0;
    });
}

/** The C compiler, if there is one. */
export const compiler = findCompiler();

/** Behind the title of a test that compiles: why it is skipped. */
export const withoutCompiler = compiler ? "" : " (skipped: there is no C compiler, such as cc)";

/** The output of a program, and its exit status. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

function run(program: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  return { status, output: `${stdout}${stderr}${error?.message ?? ""}` };
}

/** Compiles all C files of a folder into a program `test` in it. */
export function compile(
  folder: string,
  files: readonly string[],
  flags: readonly string[] = ["-O0", ...sanitizers],
): Outcome {
  const [program = "", ...args] = compiler!;
  const paths = files.map((file) => join(folder, file));
  return run(program, [...args, ...strict, ...flags, ...paths, "-o", join(folder, "test")]);
}

/** Runs the compiled program. */
export const runCompiled = (folder: string): Outcome => run(join(folder, "test"), []);
