#!/usr/bin/env node
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, venvPython } from "./setup/context.mjs";
import { report, SetupError } from "./setup/error.mjs";
import { setUp } from "./setup/index.mjs";

const usage = `usage: qatlab COMMAND

  setup      provide everything that is missing (TensorFlow, JupyterLab, the build)
  install    register the kernels with a Jupyter: [--user | --sys-prefix | --prefix P] [--python P]
  doctor     check every part, and say what to do about those that fail
  run        run notebooks from top to bottom: NOTEBOOK… [--out DIR] [-p name=value]…
  clean      remove from the cache what no clone uses: [--all] [--dry-run]
`;

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  async setup(args) {
    await setUp({ tests: args.includes("--tests") });
    process.stdout.write("qatlab is ready.\n");
    return 0;
  },
  async install(args) {
    const { install } = await import("./setup/install.mjs");
    return await install(args);
  },
  async doctor() {
    const { doctor } = await import("./setup/doctor.mjs");
    return await doctor(createContext());
  },
  async clean(args) {
    const { clean } = await import("./setup/clean.mjs");
    return await clean(createContext(), {
      all: args.includes("--all"),
      dryRun: args.includes("--dry-run"),
    });
  },
  async run(args) {
    const context = createContext();
    if (context.kind === "clone") await setUp({ context, retry: false });
    const program = join(context.root, "dist", "cli", "run.js");
    if (!existsSync(program))
      throw new SetupError(`${program} is missing`, { hint: "Build it: npm run build" });
    const { run } = await import(pathToFileURL(program).href);
    const python =
      context.kind === "clone" ? venvPython(context) : (process.env.QATLAB_PYTHON ?? "python3");
    return await run(args, { python });
  },
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];
if (command) {
  command(args).then(
    (status) => {
      process.exitCode = status;
    },
    (error) => {
      report(error);
      process.exitCode = 1;
    },
  );
} else {
  const asked = name === "" || name === "help" || name === "--help" || name === "-h";
  (asked ? process.stdout : process.stderr).write(
    asked ? usage : `unknown command: ${name}\n\n${usage}`,
  );
  process.exitCode = asked ? 0 : 2;
}
