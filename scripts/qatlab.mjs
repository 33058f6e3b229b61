#!/usr/bin/env node
import { report } from "./setup/error.mjs";
import { checkNode } from "./setup/node.mjs";

const usage = `usage: qatlab COMMAND

  setup      provide everything that is missing (TensorFlow, JupyterLab, the build)
  install    register the kernels with a Jupyter: [--user | --sys-prefix | --prefix P] [--python P]
  doctor     check every part, and say what to do about those that fail
  run        run notebooks from top to bottom: NOTEBOOK… [--out DIR] [-p name=value]…
  clean      remove from the cache what no clone uses: [--all] [--dry-run]

In a clone also, by npm: start, test, build, package.
`;

// Imported when asked for: an old Node can't even read them, and has to be told so first.
/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  build: async () => (await import("./commands/build.mjs")).build(),
  clean: async (args) => (await import("./commands/clean.mjs")).clean(args),
  doctor: async () => (await import("./commands/doctor.mjs")).doctor(),
  install: async (args) => (await import("./commands/install.mjs")).install(args),
  package: async (args) => (await import("./commands/package.mjs")).packUp(args),
  run: async (args) => (await import("./commands/run.mjs")).run(args),
  setup: async (args) => (await import("./commands/setup.mjs")).setup(args),
  start: async (args) => (await import("./commands/start.mjs")).start(args),
  test: async (args) => (await import("./commands/test.mjs")).test(args),
};

/** @param {string[]} argv */
async function main([name = "help", ...args]) {
  const command = commands[name];
  if (command) {
    checkNode();
    return await command(args);
  }
  const asked = ["help", "--help", "-h"].includes(name);
  if (asked) process.stdout.write(usage);
  else process.stderr.write(`unknown command: ${name}\n\n${usage}`);
  return asked ? 0 : 2;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    report(error);
    process.exitCode = 1;
  },
);
