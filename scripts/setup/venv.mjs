import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireSpace } from "./cache.mjs";
import { venvPython } from "./context.mjs";
import { run } from "./process.mjs";
import { findPython } from "./python.mjs";
import { hashOf, readJson, writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

export const title = "Python environment";

/** @param {Context} context */
const stampFile = ({ venv }) => join(venv, ".qatlab-python.json");

/**
 * A file that exists in the environment while pip writes to it.
 *
 * @param {Context} context
 */
const halfWay = ({ venv }) => join(venv, ".qatlab-installing");

/**
 * The inputs of the environment: with a new Python, or after the clone was moved, the environment is made
 * again.
 *
 * @param {Context} context
 */
function inputs(context) {
  const python = venvPython(context);
  return existsSync(python) ? { root: context.root, python: realpathSync(python) } : undefined;
}

/** @param {Context} context */
export function fresh(context) {
  const now = inputs(context);
  if (!now || existsSync(halfWay(context))) return false;
  return JSON.stringify(readJson(stampFile(context))) === JSON.stringify(now);
}

/**
 * @param {Context} context
 */
export async function perform(context) {
  const python = findPython();
  requireSpace(context.root, 500e6, { purpose: "the Python environment" });
  await run(python.path, ["-m", "venv", "--clear", context.venv], { name: "python -m venv" });
  // JupyterLab runs its own scripts with Node, which would take them for ES modules because of the clone's
  // package.json.
  writeJson(join(context.venv, "package.json"), { private: true, type: "commonjs" });
  writeJson(stampFile(context), inputs(context));
}

const files = {
  course: ["requirements.txt", "constraints.txt"],
  tests: ["test/requirements.txt", "constraints.txt"],
};

/**
 * The packages that JupyterLab's bring along and can do without. On import, rfc3987-syntax compiles a grammar of web
 * addresses, by lark: 1.4 s of each start of JupyterLab and of each notebook that runs headless, for addresses in JSON
 * schemas that none of them checks.
 */
const dispensable = ["rfc3987-syntax", "lark"];

/** The packages of `requirements.txt` (`course`), or of `test/requirements.txt` (`tests`). */
export const requirements = {
  title: { course: "JupyterLab", tests: "Python packages of the tests" },
  /**
   * @param {Context} context
   * @param {keyof typeof files} which
   */
  fresh(context, which) {
    return readJson(requirementsStamp(context, which))?.hash === requirementsHash(context, which);
  },
  /**
   * @param {Context} context
   * @param {keyof typeof files} which
   * @param {import("./progress.mjs").Report} report
   */
  async perform(context, which, report) {
    const [list, constraints] = files[which].map((file) => join(context.root, file));
    writeFileSync(halfWay(context), "");
    let collected = 0;
    await run(
      venvPython(context),
      ["-m", "pip", "install", "--no-input", "--progress-bar=off", "-r", list, "-c", constraints],
      {
        name: "pip install",
        env: pipEnvironment,
        onLine(line) {
          if (line.startsWith("Collecting ")) report.update(`${++collected} packages found`);
          if (line.startsWith("Installing collected"))
            report.update(`installing ${collected} packages`);
        },
      },
    );
    await run(venvPython(context), ["-m", "pip", "uninstall", "--yes", ...dispensable], {
      name: "pip uninstall",
      env: pipEnvironment,
    });
    writeJson(requirementsStamp(context, which), { hash: requirementsHash(context, which) });
    rmSync(halfWay(context));
  },
};

/** Environment variables that override those pip settings of a user that don't fit into an environment. */
export const pipEnvironment = {
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_USER: "0",
  PIP_TARGET: undefined,
  PIP_PREFIX: undefined,
  PYTHONNOUSERSITE: "1",
};

/**
 * @param {Context} context
 * @param {keyof typeof files} which
 */
function requirementsStamp({ venv }, which) {
  return join(venv, `.qatlab-${which}.json`);
}

/**
 * @param {Context} context
 * @param {keyof typeof files} which
 */
function requirementsHash({ root }, which) {
  const lists = files[which].map((file) => readFileSync(join(root, file), "utf8"));
  return hashOf([...lists, ...dispensable]);
}
