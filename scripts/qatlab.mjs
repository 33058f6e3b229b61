#!/usr/bin/env node
import { report } from "./setup/error.mjs";
import { checkNode } from "./setup/node.mjs";

const usage = `usage: qatlab COMMAND

  setup      provide everything that is missing (TensorFlow, JupyterLab, the build)
  install    register the kernels with a Jupyter: [--user | --sys-prefix | --prefix P] [--python P]
  doctor     check every part, and say how to mend each part that fails
  reset      give lessons back as they were: LESSON… | --all
  class      make a folder for a class: FOLDER [--lessons 01-06]
  grade      collect the checks of a class as CSV: FOLDER [--run]
  run        run notebooks from top to bottom: NOTEBOOK… [--out DIR] [-p name=value]…
  convert    convert a model to integers: MODEL --to FOLDER [--calibration DATA]
  export     write a model for another runtime: MODEL --to FILE.tflite [--calibration DATA]
  verify     compare exported files with their manifests: FILE… [--model MODEL]
  benchmark  measure exported files: FILE… [--data NAME] [--threads N,N] [--runs N] [--python PATH]
  gate       judge a new version of a model: OLD NEW --data DATA --churn SHARE
  site       build the site, and serve it: [--serve] [--out FOLDER] [--port N]
  clean      remove from the cache what no clone uses: [--all] [--dry-run]

In a clone also, by npm: start, test, build, package.
`;

// Commands are imported only when they run: an old Node can't even parse them, and must first report that
// it is too old.
/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  benchmark: async (args) => (await import("./commands/benchmark.mjs")).benchmark(args),
  build: async (args) => (await import("./commands/build.mjs")).build(args),
  class: async (args) => (await import("./commands/class.mjs")).makeClass(args),
  clean: async (args) => (await import("./commands/clean.mjs")).clean(args),
  convert: async (args) => (await import("./commands/convert.mjs")).convert(args),
  doctor: async (args) => (await import("./commands/doctor.mjs")).doctor(args),
  export: async (args) => (await import("./commands/export.mjs")).exportModel(args),
  grade: async (args) => (await import("./commands/grade.mjs")).grade(args),
  gate: async (args) => (await import("./commands/gate.mjs")).gate(args),
  install: async (args) => (await import("./commands/install.mjs")).install(args),
  package: async (args) => (await import("./commands/package.mjs")).packUp(args),
  reset: async (args) => (await import("./commands/reset.mjs")).reset(args),
  run: async (args) => (await import("./commands/run.mjs")).run(args),
  setup: async (args) => (await import("./commands/setup.mjs")).setup(args),
  site: async (args) => (await import("./commands/site.mjs")).site(args),
  start: async (args) => (await import("./commands/start.mjs")).start(args),
  verify: async (args) => (await import("./commands/verify.mjs")).verify(args),
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

// A reader that closes the pipe early, as in `qatlab doctor | head -3`, is no error.
process.stdout.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    report(error);
    process.exitCode = 1;
  },
);
