import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheEntry, requireSpace } from "./cache.mjs";
import { causeOf, explain, SetupError } from "./error.mjs";
import { archiveAddress, currentPlatform, platformName } from "./platforms.mjs";
import { run } from "./process.mjs";
import { formatBytes } from "./progress.mjs";
import { filesIn, readJson, sha256, writeJson } from "./stamp.mjs";
import { pipEnvironment } from "./venv.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./progress.mjs").Report} Report */
/** @typedef {{ source: "wheel" | "archive", version: string, verified: boolean, files: Record<string, { size: number, sha256: string }> }} Manifest */
/** @typedef {{ entry: string, folder: string, manifest: Manifest }} Library */

export const title = "TensorFlow";

const here = dirname(fileURLToPath(import.meta.url));
/** The bytes of the download and the unpacked files, with some reserve. */
const spaceNeeded = 1.4e9;

/**
 * The native library in the cache, from PyPI's wheel or else from the official archive.
 *
 * @param {Context} context
 * @param {object} options
 * @param {string} options.python A Python that has pip.
 * @param {Report} options.report
 * @param {import("./platforms.mjs").Platform} [options.platform] Default: this machine's.
 * @returns {Promise<Library>}
 * @throws {SetupError} If neither source is reached, with both reasons.
 */
export async function provide(context, { python, report, platform = currentPlatform() }) {
  if (!platform) throw new SetupError(`there is no TensorFlow for ${platformName()}`);
  const reasons = [];
  for (const source of sources(platform)) {
    const entry = `tensorflow/${source.version}-${source.kind}-${platformName()}`;
    try {
      const folder = await cacheEntry(context, entry, {
        isGood,
        report,
        make: (draft) => make(draft, source, { python, report }),
      });
      return { entry, folder, manifest: readJson(join(folder, "manifest.json")) };
    } catch (error) {
      if (!(error instanceof SetupError) || error.message.includes("disk is full")) throw error;
      const last = lastLine(error.detail);
      reasons.push(`${source.name}: ${error.message}${last ? ` (${last})` : ""}`);
    }
  }
  throw new SetupError(reasons.join("\n"));
}

/**
 * Refuses to begin if the cache has no TensorFlow yet and the disk has no room for it.
 *
 * @param {Context} context
 * @throws {SetupError}
 */
export function requireRoom({ cache }) {
  const entries = filesIn(join(cache, "tensorflow")).filter((file) =>
    /^[^/]+\/manifest\.json$/.test(file),
  );
  if (entries.length === 0) requireSpace(cache, spaceNeeded, { purpose: "TensorFlow" });
}

/** @typedef {{ kind: "wheel" | "archive", name: string, version: string, fetch: (draft: string, tools: { python: string, report: Report }) => Promise<void> }} Source */

/**
 * @param {import("./platforms.mjs").Platform} platform
 * @returns {Source[]}
 */
function sources({ wheel, archive }) {
  /** @type {Source[]} */
  const found = [];
  if (wheel) {
    found.push({
      kind: "wheel",
      name: `PyPI's ${wheel.project} ${wheel.version}`,
      version: wheel.version,
      fetch: (draft, tools) => fetchWheel(draft, wheel, tools),
    });
  }
  if (archive) {
    found.push({
      kind: "archive",
      name: `the official archive of libtensorflow ${archive.version}`,
      version: archive.version,
      fetch: (draft, tools) => fetchArchive(draft, archive, tools),
    });
  }
  return found;
}

/**
 * @param {string} draft
 * @param {Source} source
 * @param {{ python: string, report: Report }} tools
 */
async function make(draft, source, tools) {
  requireSpace(draft, spaceNeeded, { purpose: "TensorFlow" });
  await source.fetch(draft, tools);
  const lib = join(draft, "lib");
  /** @type {Manifest["files"]} */
  const files = {};
  for (const name of filesIn(lib)) {
    const file = join(lib, name);
    files[name] = { size: statSync(file).size, sha256: await sha256(file) };
  }
  const verified = source.kind === "wheel";
  writeJson(join(draft, "manifest.json"), {
    source: source.kind,
    version: source.version,
    verified,
    files,
  });
}

/**
 * @param {string} draft
 * @param {NonNullable<import("./platforms.mjs").Platform["wheel"]>} wheel
 * @param {{ python: string, report: Report }} tools
 */
async function fetchWheel(draft, wheel, { python, report }) {
  const download = join(draft, "download");
  for (let attempt = 1; ; attempt++) {
    try {
      const file = await downloadWheel(download, wheel, { python, report });
      await unpackWheel(file, draft, wheel, { python, report });
      rmSync(download, { recursive: true });
      return;
    } catch (error) {
      rmSync(download, { recursive: true, force: true });
      const { message, detail } = explain(error);
      // A second attempt doesn't help against a missing network or a full disk.
      if (attempt === 2 || causeOf(`${message}\n${detail}`)) throw error;
      report.note(
        `the download was cut short or changed (${lastLine(detail) ?? message}); fetching it again`,
      );
    }
  }
}

/**
 * @param {string} file
 * @param {string} draft
 * @param {{ sha256: string }} wheel
 * @param {{ python: string, report: Report }} tools
 */
async function unpackWheel(file, draft, wheel, { python, report }) {
  report.update("checking the download");
  const found = await sha256(file);
  if (found !== wheel.sha256) {
    throw new SetupError(
      `the download is damaged: its SHA-256 is ${found} (expected ${wheel.sha256})`,
      {
        hint: "A proxy or mirror may change or cut files; run the same command again later, or from another network.",
      },
    );
  }
  await run(python, [join(here, "unpack_wheel.py"), file, draft], {
    name: "unpacking the wheel",
    onLine: (line) => report.update(`unpacking ${ofTotal(line)}`),
  });
}

/**
 * @param {string} folder
 * @param {NonNullable<import("./platforms.mjs").Platform["wheel"]>} wheel
 * @param {{ python: string, report: Report }} tools
 * @returns {Promise<string>} The wheel's file.
 */
async function downloadWheel(folder, { project, version, tag, size }, { python, report }) {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  // pip's output differs from version to version, so progress is read from the size of its files.
  const poll = setInterval(() => {
    const bytes = sizeOf(folder);
    if (bytes > 0) report.update(`downloading ${formatBytes(bytes)} of ${formatBytes(size)}`);
  }, 500);
  try {
    await run(
      python,
      [
        ...["-m", "pip", "download", "--no-input", "--progress-bar=off", "--no-cache-dir"],
        ...["--retries=2", "--timeout=30", "--no-deps", "--only-binary=:all:"],
        ...["--python-version=3.11", "--implementation=cp", "--abi=cp311", `--platform=${tag}`],
        ...["--dest", folder, `${project}==${version}`],
      ],
      { name: "pip download", env: { ...pipEnvironment, TMPDIR: temporary } },
    );
  } finally {
    clearInterval(poll);
  }
  const name = readdirSync(folder).find((file) => file.endsWith(".whl"));
  if (!name) throw new SetupError("pip download left no wheel");
  return join(folder, name);
}

/**
 * @param {string} draft
 * @param {{ path: string }} archive
 * @param {{ python: string, report: Report }} tools
 */
async function fetchArchive(draft, archive, { python, report }) {
  await run(python, [join(here, "fetch_archive.py"), archiveAddress(archive), draft], {
    name: "the download",
    onLine: (line) => report.update(`downloading ${ofTotal(line)}`),
  });
}

/**
 * Whether every file of an entry still has the hash that it had when it was unpacked.
 *
 * @param {string} folder
 */
export async function isGood(folder) {
  /** @type {Manifest | undefined} */
  const manifest = readJson(join(folder, "manifest.json"));
  if (!manifest || !hasFiles(folder, manifest)) return false;
  for (const [name, { sha256: expected }] of Object.entries(manifest.files)) {
    if ((await sha256(join(folder, "lib", name))) !== expected) return false;
  }
  return true;
}

/**
 * The quick check of every start: all files are there, with their sizes.
 *
 * @param {string} folder
 * @param {Manifest} manifest
 */
export function hasFiles(folder, manifest) {
  return Object.entries(manifest.files).every(
    ([name, { size }]) =>
      statSync(join(folder, "lib", name), { throwIfNoEntry: false })?.size === size,
  );
}

/**
 * The last line that a failed program printed.
 *
 * @param {string} [output]
 */
function lastLine(output) {
  return output?.trim().split("\n").at(-1);
}

/**
 * @param {string} line `N of M` bytes
 */
function ofTotal(line) {
  const [done, total] = line.split(" of ").map(Number);
  if (!done || !total) return "";
  return `${formatBytes(done)} of ${formatBytes(total)}`;
}

/** @param {string} folder */
function sizeOf(folder) {
  return filesIn(folder)
    .map((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}
