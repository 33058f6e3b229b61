import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../setup/process.mjs";
import { findPython } from "../setup/python.mjs";
import { hashOf, readJson, writeJson } from "../setup/stamp.mjs";
import { pipEnvironment } from "../setup/venv.mjs";

/**
 * A Python environment with the packages of `scripts/site/NAME.txt`, which lists every one with its version. The environment
 * is made on first use, and again when the list has changed.
 *
 * @param {object} options
 * @param {string} options.root The clone.
 * @param {string} options.name
 * @returns {Promise<{ bin: string, python: string }>} The environment's programs.
 */
export async function siteEnvironment({ root, name }) {
  const list = join(root, "scripts", "site", `${name}.txt`);
  const folder = join(root, "node_modules", ".cache", "qatlab", name);
  const windows = process.platform === "win32";
  const bin = join(folder, windows ? "Scripts" : "bin");
  const python = join(bin, windows ? "python.exe" : "python");
  const stamp = join(folder, ".qatlab-site.json");
  const hash = hashOf([readFileSync(list, "utf8"), root]);
  if (existsSync(python) && readJson(stamp)?.hash === hash) return { bin, python };
  await run(findPython().path, ["-m", "venv", "--clear", folder], { name: "python -m venv" });
  await run(
    python,
    ["-m", "pip", "install", "--no-input", "--no-deps", "--progress-bar=off", "-r", list],
    { name: "pip install", env: pipEnvironment },
  );
  writeJson(stamp, { hash });
  return { bin, python };
}
