/**
 * How long a newcomer waits: `node test/bench/setup.mjs`. Clones the last commit into a temporary folder,
 * sets it up with an empty cache, and starts JupyterLab twice.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "qatlab-bench-"));
const clone = join(folder, "qatlab");
const environment = {
  ...process.env,
  QATLAB_CACHE: join(folder, "cache"),
  npm_config_cache: join(folder, "npm"),
  PIP_CACHE_DIR: join(folder, "pip"),
};
/** @param {string[]} args */
const seconds = (...args) => {
  const begun = performance.now();
  execFileSync(process.execPath, [join(clone, "scripts", "qatlab.mjs"), ...args], {
    cwd: clone,
    env: environment,
    stdio: "ignore",
  });
  return (performance.now() - begun) / 1000;
};

/** Starts JupyterLab as `npm start` does, and stops it when it has an address. */
async function start() {
  const { createContext } = await import(join(clone, "scripts", "setup", "context.mjs"));
  const { startJupyter } = await import(join(clone, "scripts", "setup", "jupyter.mjs"));
  const begun = performance.now();
  seconds("setup");
  const server = await startJupyter(createContext(), {
    folder: join(clone, "notebooks"),
    port: 0,
  });
  const took = (performance.now() - begun) / 1000;
  await server.stop();
  return took;
}

try {
  execFileSync("git", ["clone", "--quiet", repository, clone]);
  const first = seconds("setup");
  console.log(`empty clone and empty cache to ready: ${first.toFixed(0)} s (under 300 s)`);
  await start();
  const second = await start();
  console.log(`a later start, to Jupyter's address: ${second.toFixed(1)} s (under 5 s)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
