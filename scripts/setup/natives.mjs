import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as binding from "./binding.mjs";
import { cacheEntry, recordUse } from "./cache.mjs";
import { venvPython } from "./context.mjs";
import { SetupError } from "./error.mjs";
import * as kernels from "./kernels.mjs";
import { run } from "./process.mjs";
import { findPython } from "./python.mjs";
import { hashOf, readJson, writeJson } from "./stamp.mjs";
import * as tensorflow from "./tensorflow.mjs";
import { pipEnvironment } from "./venv.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./progress.mjs").Progress} Progress */

/**
 * The set-up's record of the native parts; the library reads `nodeModules` from it.
 *
 * @typedef {object} Natives
 * @property {string} nodeModules Where `@tensorflow/tfjs-node` is, absolute.
 * @property {string} [key] The hash of the binding's inputs.
 * @property {string} [entry] The library's name in the cache.
 * @property {string} [folder] The library's folder, which stays in use even if QATLAB_CACHE changes.
 * @property {import("./probe.mjs").Facts} [facts]
 * @property {string} [stock] Why the binding was compiled without the patch.
 * @property {string} [kernels] The hash of the kernels' inputs.
 * @property {string} [noKernels] Why there are no kernels.
 * @property {string} [missing] Why there is no native TensorFlow.
 * @property {string} [hint]
 * @property {number} [at] The time of the last failure, in milliseconds since 1970.
 */

/**
 * After a failure, `setup` and `test` try the sources again each time; `start` waits this many milliseconds
 * before it does.
 */
const retryAfter = 3600e3;

/** Packages among a clone's devDependencies that an installed qatlab doesn't bring along. */
const provided = ["@tensorflow/tfjs-node", "danfojs-node", "node-api-headers"];

/** @param {Context} context */
const recordFile = ({ state }) => join(state, "natives.json");

/**
 * @param {Context} context
 * @returns {Natives | undefined}
 */
export function readNatives(context) {
  return readJson(recordFile(context));
}

/**
 * Whether TensorFlow is in place, or was not available a short time ago.
 *
 * @param {Context} context
 * @param {{ retry: boolean }} options `retry`: whether to try the sources again in any case.
 */
export function fresh(context, { retry }) {
  const natives = readNatives(context);
  if (!natives) return false;
  if (natives.missing) return !retry && Date.now() - (natives.at ?? 0) < retryAfter;
  const { nodeModules, entry, folder, key } = natives;
  // The copy of a clone must not use the original's node_modules.
  if (context.kind === "clone" && nodeModules !== join(context.root, "node_modules")) return false;
  const manifest = folder && readJson(join(folder, "manifest.json"));
  if (!entry || !folder || !manifest || !tensorflow.hasFiles(folder, manifest)) return false;
  const library = { entry };
  if (natives.kernels !== kernels.kernelsKey({ nodeModules, library })) return false;
  const tried = natives.noKernels && !retry && Date.now() - (natives.at ?? 0) < retryAfter;
  return (
    binding.isPlaced(nodeModules, join(folder, "lib")) &&
    binding.bindingKey({ nodeModules, library }) === key &&
    (kernels.isPlaced(nodeModules) || Boolean(tried))
  );
}

/**
 * Provides TensorFlow. If TensorFlow is not available, prints the reason and goes on without it.
 *
 * @param {Context} context
 * @param {object} options
 * @param {Progress} options.progress
 * @param {Promise<unknown>} options.environment Settles when the clone's Python can be used.
 * @param {Promise<unknown>} options.packages Settles when the clone's npm packages are there.
 */
export async function perform(context, { progress, environment, packages }) {
  const [python, library, nodeModules] = await Promise.all([
    environment.then(() => pythonWithPip(context)),
    environment.then(() => provideLibrary(context, progress)),
    packages.then(() => provideModules(context, progress)),
  ]);
  /** @type {Natives} */
  let natives;
  const uses = context.kind === "package" ? [privateModules(context).entry] : [];
  try {
    if (library instanceof SetupError) throw library;
    const parts = { nodeModules, python, library };
    const [{ entries, facts, stock }, compiled] = await Promise.all([
      progress.step(binding.title, (report) => binding.install(context, { ...parts, report })),
      progress.step(kernels.title, (report) => kernels.provide(context, { ...parts, report })),
    ]);
    const noKernels = await kernels.place(nodeModules, compiled);
    const key = binding.bindingKey(parts);
    const { entry, folder } = library;
    natives = { nodeModules, key, entry, folder, facts, stock, kernels: kernels.kernelsKey(parts) };
    if (noKernels) {
      Object.assign(natives, { noKernels, at: Date.now() });
      progress.print(
        `! No kernels of our own: ${noKernels}\n  TensorFlow's ops compute the same, slower.`,
      );
    }
    uses.push(...entries, ...("entry" in compiled ? [compiled.entry] : []));
  } catch (error) {
    if (!(error instanceof SetupError) || error.message.includes("disk is full")) throw error;
    const detail = error.detail ? `${error.detail.split("\n").slice(-8).join("\n")}\n` : "";
    natives = {
      nodeModules,
      missing: `${detail}${error.message}`,
      hint: error.hint,
      at: Date.now(),
    };
    progress.print(`! No native TensorFlow:\n${indent(natives.missing ?? "")}`);
    if (error.hint) progress.print(indent(error.hint));
    progress.print(
      "  Going on without it: qatlab falls back to tfjs's own cpu backend, which trains, but slowly.\n" +
        "  Try again with: npx qatlab setup",
    );
  }
  writeJson(recordFile(context), natives);
  recordUse(context, uses);
}

/**
 * @param {Context} context
 * @param {Progress} progress
 * @returns {Promise<tensorflow.Library | SetupError>}
 */
async function provideLibrary(context, progress) {
  const python = await pythonWithPip(context);
  try {
    return await progress.step(tensorflow.title, (report) =>
      tensorflow.provide(context, { python, report }),
    );
  } catch (error) {
    if (error instanceof SetupError && !error.message.includes("disk is full")) return error;
    throw error;
  }
}

/**
 * A Python with pip: that of the clone, that of the machine, or an environment made for this in the cache.
 *
 * @param {Context} context
 */
async function pythonWithPip(context) {
  if (context.kind === "clone") return venvPython(context);
  const machine = findPython({ needVenv: false });
  if (machine.pip) return machine.path;
  const { path, version } = findPython();
  const folder = await cacheEntry(context, `python/${hashOf({ path, version })}`, {
    isGood: (found) => existsSync(join(found, "bin", "python")),
    report: { update() {}, note() {} },
    async make(draft) {
      await run(path, ["-m", "venv", draft], { name: "python -m venv", env: pipEnvironment });
    },
  });
  return join(folder, "bin", "python");
}

/**
 * The node_modules with tfjs-node in it. A package can't list it among its dependencies: tfjs-node's
 * install script downloads from one fixed host and takes the whole installation with it when it
 * fails. So it gets a private npm project in the cache, where scripts are off.
 *
 * @param {Context} context
 * @param {Progress} progress
 */
async function provideModules(context, progress) {
  if (context.kind === "clone") return join(context.root, "node_modules");
  const { entry, manifest } = privateModules(context);
  const isGood = (/** @type {string} */ folder) =>
    existsSync(join(folder, "node_modules", ".package-lock.json"));
  const folder = await progress.step("TensorFlow.js and danfo.js from npm", (report) =>
    cacheEntry(context, entry, {
      isGood,
      report,
      async make(draft) {
        mkdirSync(draft, { recursive: true });
        writeJson(join(draft, "package.json"), manifest);
        writeFileSync(join(draft, ".npmrc"), "ignore-scripts=true\n");
        await run("npm", ["install", "--no-progress", "--no-audit", "--no-fund"], {
          name: "npm install",
          cwd: draft,
        });
      },
    }),
  );
  return join(folder, "node_modules");
}

/** @param {Context} context */
function privateModules({ root }) {
  const { devDependencies, overrides } = readJson(join(root, "package.json"));
  const manifest = {
    name: "qatlab-natives",
    private: true,
    dependencies: Object.fromEntries(provided.map((name) => [name, devDependencies[name]])),
    overrides: { "danfojs-node": overrides["danfojs-node"] },
  };
  return { entry: `npm/${hashOf(manifest)}`, manifest };
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, "  ");
}
