import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { buildLabextension } from "../setup/labextension.mjs";
import { run } from "../setup/process.mjs";
import { pipEnvironment } from "../setup/venv.mjs";
import { siteEnvironment } from "./environment.mjs";
import { buildTabKernel } from "./kernel.mjs";

/** The plugins of JupyterLite that a lesson in a tab doesn't need: its service worker serves files to Python. */
const disabled = ["@jupyterlite/application-extension:service-worker-manager"];

/**
 * Builds JupyterLite with the kernel for TypeScript and the renderer of figures: static files for any folder of any host. A
 * notebook opens at `notebooks/index.html?path=NAME.ipynb`.
 *
 * @param {object} options
 * @param {string} options.root The clone, built.
 * @param {string} options.output The folder to make, e.g. `site/lite`.
 * @param {string[]} options.contents The notebooks that it offers.
 * @param {string} [options.storage] The name under which the browser keeps a reader's copies (default: with this version).
 * @param {string} [options.favicon] An icon's file (default: TypeScript's logo with steps).
 */
export async function buildLite({
  root,
  output,
  contents,
  storage,
  favicon = join(root, "scripts", "setup", "logos", "typescript", "logo-32x32.png"),
}) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const work = mkdtempSync(join(tmpdir(), "qatlab-lite-"));
  try {
    const labextensions = join(work, "labextensions");
    await buildTabKernel({ root, destination: labextensions });
    buildLabextension(root, join(labextensions, "qatlab"));
    const config = {
      LiteBuildConfig: {
        ignore_sys_prefix: true,
        apps: ["notebooks", "lab"],
        no_sourcemaps: true,
        no_unused_shared_packages: true,
        output_dir: output,
      },
      FederatedExtensionAddon: { extra_labextensions_path: [labextensions] },
    };
    writeFileSync(join(work, "jupyter_lite_config.json"), JSON.stringify(config));
    const name = storage ?? `qatlab ${version}`;
    const page = {
      "jupyter-lite-schema-version": 0,
      "jupyter-config-data": {
        appName: "qatlab",
        defaultKernelName: "qatlab",
        contentsAllJsonFile: "all.json",
        exposeAppInBrowser: true,
        contentsStorageName: name,
        settingsStorageName: name,
        workspacesStorageName: name,
        enableMemoryStorage: true,
        disabledExtensions: disabled,
      },
    };
    writeFileSync(join(work, "jupyter-lite.json"), JSON.stringify(page));
    rmSync(output, { recursive: true, force: true });
    const { python } = await siteEnvironment({ root, name: "lite" });
    await run(python, ["-m", "jupyterlite_core", "build", `--lite-dir=${work}`], {
      name: "jupyter lite build",
      cwd: work,
      env: pipEnvironment,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  offer(output, contents);
  const icons = join(output, "static", "favicons");
  mkdirSync(icons, { recursive: true });
  for (const icon of [
    ...["lab", "notebooks"].map((app) => join(output, app, "favicon.ico")),
    // The icons of a notebook's page, at rest and at work.
    ...["notebook", "busy-1"].map((name) => join(icons, `favicon-${name}.ico`)),
  ]) {
    copyFileSync(favicon, icon);
  }
}

/**
 * Puts notebooks where JupyterLite finds them, with the list of their names: what JupyterLite's own build does with a Jupyter
 * server.
 *
 * @param {string} output
 * @param {string[]} notebooks
 */
function offer(output, notebooks) {
  const files = join(output, "files");
  const api = join(output, "api", "contents");
  for (const folder of [files, api]) mkdirSync(folder, { recursive: true });
  for (const path of notebooks) cpSync(path, join(files, basename(path)));
  // JupyterLite shows how long ago a notebook was changed.
  const dates = new Map(notebooks.map((path) => [basename(path), statSync(path).mtime]));
  const times = (/** @type {Date} */ date) => ({
    created: date.toISOString(),
    last_modified: date.toISOString(),
  });
  const common = { writable: true, mimetype: null };
  const content = readdirSync(files)
    .sort()
    .map((name) => ({
      ...common,
      ...times(dates.get(name) ?? new Date()),
      ...{ name, path: name, format: null, content: null },
      type: name.endsWith(".ipynb") ? "notebook" : "file",
      size: statSync(join(files, name)).size,
    }));
  const folder = {
    ...common,
    ...times(new Date()),
    name: "",
    path: "",
    type: "directory",
    format: "json",
    content,
  };
  writeFileSync(join(api, "all.json"), JSON.stringify({ ...folder, size: null }));
}
