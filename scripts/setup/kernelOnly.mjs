import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { bundleFolder } from "./bundle.mjs";
import { writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * The files of each package that the kernel needs to run, check and complete: a pattern of paths in
 * the package. `{platform}` stands for the machine's.
 */
const packages = {
  typescript:
    /^package\.json$|^LICENSE|^ThirdParty|^lib\/(typescript\.js|lib\..*\.d\.ts|lib\.d\.ts)$/,
  zeromq:
    /^package\.json$|^LICENSE|^lib\/[^/]*\.(js|d\.ts)$|^build\/manifest\.json$|^build\/{platform}\//,
  "cmake-ts": /^package\.json$|^LICENSE|^build\/loader\.js$/,
  "@types/node": /^/,
  "undici-types": /^/,
  // Notebooks for tslab import its types; the kernel itself stands in for its code.
  tslab: /^package\.json$|^LICENSE|^dist\/.*\.d\.ts$/,
};

/**
 * Copies the kernel alone into a folder: without the library, TensorFlow and the course. The copy
 * is whole or isn't there.
 *
 * @param {Context} context
 * @param {string} target The folder, which is replaced.
 * @returns {number} The bytes of the copy.
 */
export function copyKernel({ root }, target) {
  const part = `${target}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const rooms = [existsSync(join(root, "dist", bundleFolder)) ? bundleFolder : "kernel"];
  for (const room of [...rooms, "display", "arguments"]) {
    cpSync(join(root, "dist", room), join(part, "dist", room), { recursive: true });
  }
  const { name, version, type, license, imports } = readJson(join(root, "package.json"));
  const doors = JSON.parse(JSON.stringify(imports).replace(/"qatlab-source":\{[^}]*\},/g, ""));
  writeJson(join(part, "package.json"), { name, version, type, license, imports: doors });
  for (const [name, pattern] of Object.entries(packages)) {
    copyPackage(packageFolder(name, root), join(part, "node_modules", name), pattern);
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(part, target);
  return bytesOf(target);
}

/**
 * @param {string} from
 * @param {string} to
 * @param {RegExp} pattern
 */
function copyPackage(from, to, pattern) {
  const platform = `${process.platform}/${process.arch}`;
  const wanted = new RegExp(pattern.source.replaceAll("{platform}", platform));
  cpSync(from, to, {
    recursive: true,
    filter: (path) => {
      const inside = relative(from, path).split(sep).join("/");
      return statSync(path).isDirectory() ? inside !== "node_modules" : wanted.test(inside);
    },
  });
}

/**
 * The folder of an installed package, wherever npm put it.
 *
 * @param {string} name
 * @param {string} root
 */
function packageFolder(name, root) {
  const paths = createRequire(join(root, "package.json")).resolve.paths(name) ?? [];
  const folder = paths.map((path) => join(path, name)).find(existsSync);
  if (!folder) throw new Error(`the package ${name} isn't installed (run: npm install in ${root})`);
  return folder;
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @param {string} folder */
function bytesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath ?? file.path, file.name)).size, 0);
}
