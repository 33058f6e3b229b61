import { lstatSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { requireSpace } from "./cache.mjs";
import { run } from "./process.mjs";
import { readJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

export const title = "npm packages";

/**
 * Whether node_modules holds what package-lock.json lists. npm writes its own list when an installation is
 * complete, so that an installation made by hand counts as well.
 *
 * @param {Context} context
 */
export function fresh({ root }) {
  const expected = readJson(join(root, "package-lock.json"))?.packages;
  const present = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!expected || !present || !declaresSame(root, expected[""])) return false;
  return (
    Object.entries(expected).every(
      ([path, { version, optional }]) =>
        path === "" || (present[path] ? present[path].version === version : optional),
    ) && Object.keys(present).every((path) => path in expected)
  );
}

/**
 * Whether the lockfile was made from this package.json; if not, `npm ci` reports the difference.
 *
 * @param {string} root
 * @param {Record<string, any>} locked
 */
function declaresSame(root, locked) {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return ["dependencies", "devDependencies"].every(
    (kind) => JSON.stringify(sorted(manifest[kind])) === JSON.stringify(sorted(locked[kind])),
  );
}

/** @param {Record<string, string>} [record] */
function sorted(record = {}) {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

// With npm's default waits (10 s and 60 s, each twice) npm takes minutes to report that there is no
// network.
const retries = ["--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=10000"];

/**
 * @param {Context} context
 * @param {import("./progress.mjs").Report} report
 */
export async function perform({ root }, report) {
  requireSpace(root, 800e6, { purpose: "node_modules" });
  const total = Object.keys(readJson(join(root, "package-lock.json"))?.packages ?? {}).length;
  report.update(`${total} packages`);
  await run("npm", ["ci", "--no-progress", "--no-audit", "--no-fund", ...retries], {
    name: "npm ci",
    cwd: root,
  });
}

/**
 * Makes `import "qatlab"` work from the notebooks on any kernel, and `npx qatlab` in the clone.
 *
 * @param {Context} context
 */
export function linkSelf({ root }) {
  const modules = join(root, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  link("..", join(modules, "qatlab"));
  link(join("..", "..", "scripts", "qatlab.mjs"), join(modules, ".bin", "qatlab"));
}

/**
 * @param {string} target
 * @param {string} path
 */
function link(target, path) {
  if (!lstatSync(path, { throwIfNoEntry: false })) symlinkSync(target, path);
}
