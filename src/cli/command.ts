import { type ParseArgsConfig, parseArgs } from "node:util";

/**
 * Runs a command that takes one argument, and reports its error in a line.
 *
 * @param argv the arguments of the command
 * @returns The exit status: 0, 1 after an error, 2 for a wrong call.
 */
export async function command<const O extends NonNullable<ParseArgsConfig["options"]>>(
  argv: string[],
  { name, usage, options }: { name: string; usage: string; options: O },
  run: (
    argument: string,
    values: ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>["values"],
  ) => Promise<void>,
): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  let parsed: ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true });
    if (parsed.positionals.length !== 1) {
      throw new Error(`${parsed.positionals.length || "no"} models named (expected one)`);
    }
    if (!("to" in parsed.values)) throw new Error("no --to (expected where the model goes)");
  } catch (error) {
    process.stderr.write(`qatlab ${name}: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    await run(parsed.positionals[0]!, parsed.values);
    return 0;
  } catch (error) {
    process.stderr.write(`qatlab ${name}: ${(error as Error).message}\n`);
    return 1;
  }
}
