import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { applyPatch, bindingPatch } from "./bindingPatch.mjs";
import { cacheEntry, discard } from "./cache.mjs";
import { provideCompiler } from "./compiler.mjs";
import { currentPlatform, platformName } from "./platforms.mjs";
import { probe } from "./probe.mjs";
import { run } from "./process.mjs";
import { hashOf, hashTree, readJson, sha256, writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./tensorflow.mjs").Library} Library */
/** @typedef {{ nodeModules: string, python: string, library: Library, report: import("./progress.mjs").Report }} Parts */

export const title = "TensorFlow's binding for Node";

const flags = [
  ...["-shared", "-fPIC", "-std=c++17", "-O2"],
  ...["-DNODE_GYP_MODULE_NAME=tfjs_binding", "-DBUILDING_NODE_EXTENSION"],
];

/** @param {string} nodeModules */
const tfjsNode = (nodeModules) => join(nodeModules, "@tensorflow", "tfjs-node");

/** @param {string} nodeModules */
const versionOf = (nodeModules) => readJson(join(tfjsNode(nodeModules), "package.json"))?.version;

/**
 * Compiles the binding with the recorded patch, or takes it from the cache, and puts it and a link to
 * the library where tfjs-node looks for them.
 *
 * @param {Context} context
 * @param {Parts} parts
 * @returns {Promise<{ entries: string[], facts: import("./probe.mjs").Facts, stock?: string }>} The
 *   entries of the cache in use, the facts that TensorFlow reported when it was loaded, and, if the patch
 *   doesn't fit, why the binding is tfjs-node's own.
 * @throws {SetupError} If the binding doesn't compile or doesn't load.
 */
export async function install(context, parts) {
  const entry = `binding/${bindingKey(parts)}`;
  for (let attempt = 1; ; attempt++) {
    const folder = await cacheEntry(context, entry, {
      isGood: isGoodBinding,
      report: parts.report,
      make: (draft) => compile(context, draft, parts),
    });
    place(parts, folder);
    try {
      parts.report.update("loading it");
      const facts = await probe(parts.nodeModules);
      const { stock } = readJson(join(folder, "binding.json"));
      if (stock) parts.report.note(`compiled without qatlab's patch (${stock})`);
      return { entries: [entry, parts.library.entry], facts, stock };
    } catch (error) {
      if (attempt === 2) throw error;
      parts.report.note("it doesn't load; compiling it again");
      discard(folder);
    }
  }
}

/**
 * The hash of a compiled binding's inputs.
 *
 * @param {{ nodeModules: string, library: { entry: string } }} parts
 */
export function bindingKey({ nodeModules, library }) {
  return hashOf({
    sources: hashTree(join(tfjsNode(nodeModules), "binding")),
    patch: bindingPatch,
    headers: readJson(join(nodeModules, "node-api-headers", "package.json"))?.version,
    flags,
    library: library.entry,
    platform: platformName(),
  });
}

/**
 * Whether the binding and the link are in place; reads no large file.
 *
 * @param {string} nodeModules
 * @param {string} lib The library's folder in the cache.
 */
export function isPlaced(nodeModules, lib) {
  const link = join(tfjsNode(nodeModules), "deps", "lib");
  return (
    existsSync(join(tfjsNode(nodeModules), "lib", "napi-v8", "tfjs_binding.node")) &&
    lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
    readlinkSync(link) === lib
  );
}

/**
 * @param {Context} context
 * @param {string} draft
 * @param {Parts} parts
 */
async function compile(context, draft, { nodeModules, python, library, report }) {
  const compiler = await provideCompiler(context, { python, report });
  report.update(`compiling with ${compiler.name}`);
  const work = join(draft, "work");
  cpSync(join(tfjsNode(nodeModules), "binding"), join(work, "binding"), { recursive: true });
  const misfit = applyPatch(work);
  const output = join(draft, "tfjs_binding.node");
  const lib = join(library.folder, "lib");
  const libraries = readdirSync(lib).filter((file) =>
    /^libtensorflow(_cc|_framework)?\.(so\.2|2\.dylib)$/.test(file),
  );
  await run(
    compiler.command,
    [
      ...compiler.args,
      ...flags,
      ...["-I", join(nodeModules, "node-api-headers", "include")],
      ...["-I", join(library.folder, "include")],
      ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join("binding", file)),
      ...libraries.map((file) => join(lib, file)),
      ...(currentPlatform()?.link ?? []),
      ...["-o", output],
    ],
    {
      name: "the C++ compiler",
      cwd: work,
      env: compiler.env,
    },
  );
  rmSync(work, { recursive: true });
  writeJson(join(draft, "binding.json"), {
    sha256: await sha256(output),
    compiler: compiler.name,
    stock: misfit && `the patch is not made for tfjs-node ${versionOf(nodeModules)}: ${misfit}`,
  });
}

/** @param {string} folder */
async function isGoodBinding(folder) {
  const expected = readJson(join(folder, "binding.json"))?.sha256;
  const file = join(folder, "tfjs_binding.node");
  return existsSync(file) && (await sha256(file)) === expected;
}

/**
 * @param {Parts} parts
 * @param {string} folder The binding's entry in the cache.
 */
function place({ nodeModules, library }, folder) {
  const binding = join(tfjsNode(nodeModules), "lib", "napi-v8", "tfjs_binding.node");
  mkdirSync(dirname(binding), { recursive: true });
  // A process may have loaded the old binding. That process must keep its file, so the file is not
  // overwritten.
  copyFileSync(join(folder, "tfjs_binding.node"), `${binding}.draft`);
  renameSync(`${binding}.draft`, binding);
  const link = join(tfjsNode(nodeModules), "deps", "lib");
  mkdirSync(dirname(link), { recursive: true });
  if (lstatSync(link, { throwIfNoEntry: false })?.isDirectory()) rmSync(link, { recursive: true });
  rmSync(`${link}.draft`, { force: true });
  symlinkSync(join(library.folder, "lib"), `${link}.draft`);
  renameSync(`${link}.draft`, link);
}
