import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { venvPython } from "./context.mjs";
import { notebooksIn } from "./course.mjs";
import { SetupError } from "./error.mjs";
import { readJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * @typedef {object} Server
 * @property {string} address The address of the notebook, with the token.
 * @property {string} token
 * @property {Promise<void>} ended Settles when the server has ended.
 * @property {() => Promise<void>} stop Ends the server and its kernels.
 */

/**
 * Starts JupyterLab as `npm start` does, with settings of its own: the user's `~/.jupyter` is neither
 * read nor written. It listens on 127.0.0.1 only.
 *
 * @param {Context} context
 * @param {object} [options]
 * @param {string} [options.folder] The folder that JupyterLab shows (default: `notebooks/`).
 * @param {string} [options.notebook] The notebook that opens, relative to that folder.
 * @param {string[]} [options.hidden] Names that JupyterLab's list of files leaves out.
 * @param {number} [options.port] Default: the first free port from 8888 on.
 * @param {boolean} [options.browser] Whether a browser is opened (default `false`).
 * @param {AbortSignal} [options.signal] Ends the server, also while it is still starting.
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<Server>} The server, once it answers.
 * @throws {SetupError} If there is no such notebook, or if JupyterLab ends before it answers, e.g. because
 *   the port is taken.
 */
export async function startJupyter(
  context,
  {
    folder = join(context.root, "notebooks"),
    notebook,
    hidden = [],
    port,
    browser = false,
    signal,
    env = {},
  } = {},
) {
  if (notebook && !existsSync(join(folder, notebook))) {
    throw new SetupError(`there is no notebook ${notebook} in ${folder}`, {
      hint: `Name one of: ${notebooksIn(dirname(join(folder, notebook))).join(", ")}`,
    });
  }
  const settings = join(context.state, "jupyter");
  const runtime = join(settings, "runtime");
  const token = randomBytes(24).toString("hex");
  const path = notebook ? `/lab/tree/${encodeURI(notebook)}` : "/lab";
  const child = spawn(
    venvPython(context),
    [
      ...["-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", `--ServerApp.root_dir=${folder}`],
      ...[`--ServerApp.open_browser=${browser ? "True" : "False"}`, `--LabApp.default_url=${path}`],
      ...(hidden.length === 0
        ? []
        : [`--ContentsManager.hide_globs=${JSON.stringify(["__pycache__", ...hidden])}`]),
      ...(port === undefined ? [] : [`--ServerApp.port=${port}`, "--ServerApp.port_retries=0"]),
      ...[
        "--ServerApp.log_level=WARN",
        "--ServerApp.allow_root=True",
        "--ServerApp.answer_yes=True",
      ],
    ],
    {
      cwd: folder,
      // JupyterLab runs in a separate process group, so that Ctrl-C reaches it once, through `stop`.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        JUPYTER_CONFIG_DIR: join(settings, "config"),
        JUPYTER_DATA_DIR: join(settings, "data"),
        JUPYTER_RUNTIME_DIR: runtime,
        JUPYTERLAB_SETTINGS_DIR: join(settings, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: join(settings, "workspaces"),
        JUPYTER_PATH: undefined,
        JUPYTER_PREFER_ENV_PATH: "1",
        JUPYTER_TOKEN: token,
        JUPYTER_PLATFORM_DIRS: "0",
        PYTHONNOUSERSITE: "1",
        ...env,
      },
    },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      log = (log + text).slice(-4000);
      if (listening) process.stderr.write(text);
    });
  }
  let listening = false;
  let over = false;
  const ended = once(child, "close").then(
    () => {
      over = true;
    },
    (error) => {
      over = true;
      log += error.message;
    },
  );
  const stop = async () => {
    if (over) return;
    child.kill("SIGTERM");
    const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(patience);
    rmSync(facts, { force: true });
  };
  signal?.addEventListener("abort", () => void stop(), { once: true });
  const facts = join(runtime, `jpserver-${child.pid}.json`);
  while (!readJson(facts)?.port) {
    if (over) {
      if (signal?.aborted) throw new SetupError("JupyterLab was ended before it was ready");
      const taken = port !== undefined && /address already in use|not available|in use/i.test(log);
      throw new SetupError(taken ? `port ${port} is taken` : "JupyterLab ended at once", {
        hint: taken
          ? "Choose another one: npm start -- --port N, or leave the port out."
          : undefined,
        detail: log,
      });
    }
    await sleep(20);
  }
  listening = true;
  const { port: actual } = readJson(facts);
  return {
    address: `http://127.0.0.1:${actual}${path}?token=${token}`,
    token,
    ended,
    stop,
  };
}
