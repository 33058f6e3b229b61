import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLabextension } from "../setup/labextension.mjs";
import { run } from "../setup/process.mjs";
import { pipEnvironment } from "../setup/venv.mjs";
import { siteEnvironment } from "./environment.mjs";
import { buildTabKernel } from "./kernel.mjs";
import { offer } from "./offered.mjs";
import { plotlyFiles } from "./plotly.mjs";

/** The plugins of JupyterLite that a lesson in a tab doesn't need: its service worker serves files to Python, ours is another. */
const disabled = ["@jupyterlite/application-extension:service-worker-manager"];

/**
 * The name under which the browser keeps a reader's copies. It stays the same from one version to the next, so that
 * none is lost; the page says when a copy hides a newer text. The library's own texts lie in a database called `qatlab`.
 */
const storageName = "qatlab notebooks";

/** A tab may be closed at any time: the reader's text is kept after seconds. */
const settings = { "@jupyterlab/docmanager-extension:plugin": { autosaveInterval: 15 } };

/**
 * Builds JupyterLite with the kernel for TypeScript and the renderer of figures: static files for any folder of any host. A
 * notebook opens at `notebooks/index.html?path=NAME.ipynb`.
 *
 * @param {object} options
 * @param {string} options.root The clone, built.
 * @param {string} options.output The folder to make, e.g. `site/lite`.
 * @param {import("./offered.mjs").Offered[]} options.contents The notebooks that it offers, and their pictures.
 * @param {ReadonlyMap<string, string>} [options.pages] Pages of the book by their files in the clone (default: there is no book).
 * @param {string} [options.favicon] An icon's file (default: TypeScript's logo with steps).
 */
export async function buildLite({
  root,
  output,
  contents,
  pages = new Map(),
  favicon = join(root, "scripts", "setup", "logos", "typescript", "logo-32x32.png"),
}) {
  const work = mkdtempSync(join(tmpdir(), "qatlab-lite-"));
  try {
    const labextensions = join(work, "labextensions");
    await buildTabKernel({ root, destination: labextensions });
    const [, small] = plotlyFiles(root);
    buildLabextension(root, join(labextensions, "qatlab"), { small });
    const { python, bin } = await siteEnvironment({ root, name: "lite" });
    const extensions = join(bin, "..", "share", "jupyter", "labextensions");
    const config = {
      LiteBuildConfig: {
        ignore_sys_prefix: true,
        apps: ["notebooks", "lab"],
        no_sourcemaps: true,
        no_unused_shared_packages: true,
        output_dir: output,
      },
      // The environment has the front end of widgets.
      FederatedExtensionAddon: { extra_labextensions_path: [labextensions, extensions] },
    };
    writeFileSync(join(work, "jupyter_lite_config.json"), JSON.stringify(config));
    const page = {
      "jupyter-lite-schema-version": 0,
      "jupyter-config-data": {
        appName: "qatlab",
        defaultKernelName: "qatlab",
        contentsAllJsonFile: "all.json",
        exposeAppInBrowser: true,
        contentsStorageName: storageName,
        settingsStorageName: storageName,
        workspacesStorageName: storageName,
        settingsOverrides: settings,
        enableMemoryStorage: true,
        disabledExtensions: disabled,
      },
    };
    writeFileSync(join(work, "jupyter-lite.json"), JSON.stringify(page));
    rmSync(output, { recursive: true, force: true });
    await run(python, ["-m", "jupyterlite_core", "build", `--lite-dir=${work}`], {
      name: "jupyter lite build",
      cwd: work,
      env: pipEnvironment,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  offer(output, contents, pages);
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
