import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { typesTable } from "./types.mjs";

const name = "qatlab-kernel";

/** Modules that the library reaches through others, and that a cell can't reach. */
const unused = /[\\/]node_modules[\\/](?:node-fetch|seedrandom[\\/]test)[\\/]/;

/**
 * The script that JupyterLite loads: a container as webpack's module federation makes them, by hand.
 *
 * @param {object} files
 */
const entry = (files) => `"use strict";
(() => {
  const base = document.currentScript.src;
  const at = (file) => new URL(file, base).href;
  const files = ${JSON.stringify(files)};
  for (const name of ["runner", "compiler", "types", "logo"]) files[name] = at(files[name]);
  const plugin = import(at(files.plugin));
  let scope;
  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB[${JSON.stringify(name)}] = {
    init(sharedScope) {
      scope = sharedScope;
    },
    async get() {
      const { createPlugin, createLessons } = await plugin;
      const plugins = await Promise.all([createPlugin(scope, files), createLessons(scope, at("../../../"))]);
      return () => ({ __esModule: true, default: plugins });
    },
  };
})();
`;

/**
 * Makes the prebuilt extension by which JupyterLite runs TypeScript: the plugin, the two workers' scripts, the types, and the
 * digits. Each script has the digest of its content in its name, so that browsers keep it and never mix two versions.
 *
 * @param {object} options
 * @param {string} options.root The clone, built.
 * @param {string} options.destination A `labextensions` folder.
 */
export async function buildTabKernel({ root, destination }) {
  const folder = join(destination, name);
  const statics = join(folder, "static");
  const code = join(statics, "assets", "kernel");
  rmSync(folder, { recursive: true, force: true });
  for (const path of [code, join(statics, "data")]) mkdirSync(path, { recursive: true });

  const write = (/** @type {string} */ file, /** @type {string} */ text) => {
    const digest = createHash("sha256").update(text).digest("hex").slice(0, 10);
    const named = file.replace(".", `.${digest}.`);
    writeFileSync(join(code, named), text);
    return `assets/kernel/${named}`;
  };
  const require = createRequire(join(root, "package.json"));
  const { version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const files = {
    plugin: write("plugin.js", await bundle(root, plugin)),
    runner: write("runner.js", await bundle(root, runner)),
    compiler: write("compiler.js", await bundle(root, compiler)),
    types: write("types.json", JSON.stringify(await typesTable(root))),
    logo: "logo.png",
    versions: {
      qatlab: version,
      tslab: require("tslab/package.json").version,
      typescript: require("typescript/package.json").version,
    },
  };
  for (const file of ["digits.bin", "SHA256SUMS"]) {
    copyFileSync(join(root, "data", file), join(statics, "data", file));
  }
  const logo = join(root, "scripts", "setup", "logos", "typescript", "logo-64x64.png");
  copyFileSync(logo, join(statics, "logo.png"));
  writeFileSync(join(statics, "remoteEntry.js"), entry(files));
  const manifest = {
    ...{ name, version, license },
    description: "Runs TypeScript notebooks in a browser tab",
    jupyterlab: {
      extension: true,
      _build: { load: "static/remoteEntry.js", extension: "./extension" },
    },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { folder, files };
}

/** The code of the three scripts, as imports from the built library. */
const plugin = `export { createPlugin } from "./dist/kernel/tab/plugin.js";
export { createLessons } from "./dist/site/lessons/plugin.js";`;
const runner = `import "./scripts/site/tab/form.mjs";
import * as qatlab from "./dist/index.js";
import { startRunner } from "./dist/kernel/tab/runner.js";
startRunner(self, { qatlab });`;
const compiler = `import { startCompiler } from "./dist/kernel/tab/compilerWorker.js";
startCompiler(self);`;

/**
 * One script for browsers, minified. A module of Node's in it is an error.
 *
 * @param {string} root
 * @param {string} source
 */
export async function bundle(root, source) {
  const { rolldown } = await import("rolldown");
  /** @type {string[]} */
  const failures = [];
  const id = join(root, "[entry].js");
  const bundler = await rolldown({
    cwd: root,
    input: id,
    platform: "browser",
    plugins: [
      {
        name: "entry",
        resolveId: (/** @type {string} */ asked) => (asked === id ? id : undefined),
        load: (/** @type {string} */ asked) => (asked === id ? source : undefined),
      },
    ],
    treeshake: { moduleSideEffects: (/** @type {string} */ file) => !unused.test(file) },
    resolve: {
      alias: { "@tensorflow/tfjs$": join(root, "scripts", "site", "tab", "tensorflow.mjs") },
    },
    onLog: (_, { message }) => void failures.push(message),
  });
  const { output } = await bundler.generate({
    format: "esm",
    minify: true,
    codeSplitting: false,
  });
  await bundler.close();
  const [{ code, imports }] = output;
  if (imports.length > 0 || failures.length > 0) {
    throw new Error(
      `the kernel doesn't bundle for browsers: ${[...imports, ...failures].join("; ")}`,
    );
  }
  return code;
}
