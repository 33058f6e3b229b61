import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createContext } from "../setup/context.mjs";
import { identity, isAlive } from "../setup/lock.mjs";
import { formatBytes } from "../setup/progress.mjs";
import { filesIn, readJson } from "../setup/stamp.mjs";
import { parseArguments } from "./arguments.mjs";

const usage = `usage: qatlab clean [--all] [--dry-run]

Says what the cache holds, and removes what no clone uses.

  --all       remove what is in use as well
  --dry-run   only say what would be removed
`;

const flag = /** @type {const} */ ({ type: "boolean", default: false });
const options = { all: flag, "dry-run": flag };

/**
 * `qatlab clean`: lists the cache's entries, and removes those that no existing clone uses. Data sets were
 * fetched for all clones, so they stay as long as a clone exists.
 *
 * @param {string[]} args `--all`: remove also entries that are in use; `--dry-run`: only say what would be
 *   removed.
 * @returns {Promise<number>} The exit status.
 */
export async function clean(args) {
  const parsed = parseArguments(args, { usage, options });
  if (!parsed) return 0;
  const { all, "dry-run": dryRun } = parsed.values;
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
      "With --all, entries in use are removed as well; they are fetched again when needed.\n",
    );
  return 0;
}

/**
 * The clones that still exist, with the entries that they use. Records of deleted clones are removed.
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
 * The cache's entries, and drafts that a stopped run left behind.
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

/**
 * @param {string} folder An entry, the draft of an entry, or a data set's folder with a growing download.
 */
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
