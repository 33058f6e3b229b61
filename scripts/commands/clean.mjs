import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createContext } from "../setup/context.mjs";
import { SetupError } from "../setup/error.mjs";
import { identity, isAlive } from "../setup/lock.mjs";
import { formatBytes } from "../setup/progress.mjs";
import { filesIn, readJson } from "../setup/stamp.mjs";

/**
 * `qatlab clean`: says what the cache holds, and removes what no clone that still exists uses. Data sets
 * were fetched for all clones: they stay as long as there is one.
 *
 * @param {string[]} args `--all`: remove what is in use, too; `--dry-run`: only say it.
 * @returns {Promise<number>} The exit status.
 */
export async function clean(args) {
  const { all, "dry-run": dryRun } = parse(args);
  const { cache } = createContext();
  if (!existsSync(cache)) {
    process.stdout.write(`${cache}: empty\n`);
    return 0;
  }
  const clones = livingClones(cache);
  let freed = 0;
  process.stdout.write(`${cache}\n`);
  for (const entry of entriesOf(cache)) {
    const folder = join(cache, entry);
    const size = sizeOf(folder);
    const shared = dirname(entry) === "datasets";
    const roots = clones.filter(({ uses }) => shared || uses.includes(entry)).map((c) => c.root);
    const busy = isBeingMade(folder);
    const remove = !busy && (all || roots.length === 0);
    if (remove) freed += size;
    if (remove && !dryRun) rmSync(folder, { recursive: true, force: true });
    const use = busy ? "being made" : roots.length > 0 ? `used by ${roots.join(", ")}` : "unused";
    const verdict = remove ? (dryRun ? "would be removed" : "removed") : "kept";
    process.stdout.write(`  ${formatBytes(size).padStart(8)}  ${entry}: ${use}; ${verdict}\n`);
  }
  process.stdout.write(`${formatBytes(freed)} ${dryRun ? "would be freed" : "freed"}\n`);
  if (!all && clones.length > 0)
    process.stdout.write(
      "With --all, what is in use goes as well; it is fetched again when needed.\n",
    );
  return 0;
}

/** @param {string[]} args */
function parse(args) {
  try {
    const flag = /** @type {const} */ ({ type: "boolean", default: false });
    return parseArgs({ args, options: { all: flag, "dry-run": flag } }).values;
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message, {
      hint: "usage: qatlab clean [--all] [--dry-run]",
    });
  }
}

/**
 * The clones that live, with the entries they use. What is known of others is forgotten.
 *
 * @param {string} cache
 * @returns {{ root: string, uses: string[] }[]}
 */
function livingClones(cache) {
  return filesIn(join(cache, "clones")).flatMap((file) => {
    const path = join(cache, "clones", file);
    const clone = readJson(path);
    if (clone && existsSync(join(clone.root, "package.json"))) return [clone];
    rmSync(path, { force: true });
    return [];
  });
}

/**
 * Entries, and drafts that a stopped run left behind.
 *
 * @param {string} cache
 */
function entriesOf(cache) {
  return readdirSync(cache, { withFileTypes: true })
    .filter((kind) => kind.isDirectory() && kind.name !== "clones")
    .flatMap(({ name }) => readdirSync(join(cache, name)).map((entry) => join(name, entry)))
    .filter((entry) => !/\.lock($|\.)/.test(entry))
    .sort();
}

/** @param {string} folder An entry or a draft of it; or a data set, which a download grows in. */
function isBeingMade(folder) {
  const parts = filesIn(folder).map((file) => /\.(\d+)\.part$/.exec(file)?.[1]);
  if (parts.some((pid) => pid && isAlive(identity(Number(pid))))) return true;
  const owner = readJson(join(`${folder.replace(/\.draft-.*$/, "")}.lock`, "owner.json"));
  return owner !== undefined && isAlive(owner);
}

/** @param {string} folder */
function sizeOf(folder) {
  return filesIn(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
