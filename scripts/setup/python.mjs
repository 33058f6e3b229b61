import { spawnSync } from "node:child_process";
import { SetupError } from "./error.mjs";

const oldest = [3, 10];
const names = [
  "python3",
  "python",
  "python3.14",
  "python3.13",
  "python3.12",
  "python3.11",
  "python3.10",
];

const question = `
import importlib.util as util, json, sys
has = lambda name: util.find_spec(name) is not None
print(json.dumps({
    "path": sys.executable, "version": list(sys.version_info[:3]), "prefix": sys.prefix,
    "venv": has("venv") and has("ensurepip"), "pip": has("pip")}))`;

/** @typedef {{ path: string, version: number[], prefix: string, venv: boolean, pip: boolean }} Python */

/**
 * Asks a Python for its version and its modules.
 *
 * @param {string} command
 * @returns {Python | undefined} `undefined` if there is no such command or it isn't a Python 3.
 */
export function askPython(command) {
  const { status, stdout } = spawnSync(command, ["-c", question], { encoding: "utf8" });
  if (status !== 0) return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

/**
 * The first Python on the PATH that is new enough; `QATLAB_PYTHON` names one.
 *
 * @param {{ needVenv?: boolean }} [options] Whether the Python must be able to make environments (default
 *   `true`).
 * @returns {Python}
 * @throws {SetupError} If there is none; the message says which Pythons were found and what to install.
 */
export function findPython({ needVenv = true } = {}) {
  const named = process.env.QATLAB_PYTHON;
  const found = (named ? [named] : names)
    .map((name) => ({ name, python: askPython(name) }))
    .filter(({ python }) => python !== undefined);
  const usable = found.filter(({ python }) => python && isRecent(python));
  const complete = usable.find(({ python }) => !needVenv || python?.venv);
  if (complete?.python) return complete.python;
  const [first] = usable;
  if (first?.python) {
    const version = first.python.version.slice(0, 2).join(".");
    throw new SetupError(
      `${first.name} ${version} can't make environments: its venv module is missing`,
      {
        hint: `Install it (Debian, Ubuntu: apt install python3-venv, or python${version}-venv); then run the same command again.`,
      },
    );
  }
  const seen = found
    .map(({ name, python }) => `${name} is ${python?.version.join(".")}`)
    .join(", ");
  const subject = named ? `QATLAB_PYTHON=${named}` : "Python 3.10 or newer";
  throw new SetupError(`${subject} was not found${seen && ` (${seen}; 3.10 or newer is needed)`}`, {
    hint: "Install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python; or python.org), or set QATLAB_PYTHON to one; then run the same command again.",
  });
}

/** @param {Python} python */
function isRecent({ version: [major = 0, minor = 0] }) {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
