import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const name = "qatlab";

/**
 * The script that JupyterLab loads: a container as webpack's module federation makes them, by hand,
 * so that no bundler is needed. The extension's own modules are loaded as they are.
 */
const entry = (/** @type {boolean} */ small) => `"use strict";
(() => {
  const base = document.currentScript.src;
  let scope;
  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["${name}"] = {
    init(sharedScope) {
      scope = sharedScope;
    },
    async get() {
      const { createPlugin } = await import(new URL("./extension.js", base).href);
      const at = (file) => new URL(file, base).href;
      const plotly = { whole: at("plotly.min.js")${small ? ', cartesian: at("plotly-cartesian.min.js")' : ""} };
      const plugin = await createPlugin(scope, plotly);
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
`;

/**
 * Puts the prebuilt JupyterLab extension that draws figures together: it only copies files, and needs only
 * the compiled `dist/jupyterlab` and the `plotly.js-dist-min` package.
 *
 * @param {string} root Folder of the qatlab package.
 * @param {string} destination Folder to make, `PREFIX/share/jupyter/labextensions/qatlab`.
 * @param {{ small?: string }} [options] `small`: the file of a smaller Plotly, for figures with two axes (default: none).
 * @returns {void}
 */
export function buildLabextension(root, destination, { small } = {}) {
  const { version, license, description } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const compiled = join(root, "dist", "jupyterlab");
  const statics = join(destination, "static");
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(statics, { recursive: true });
  for (const file of readdirSync(compiled)) {
    if (file.endsWith(".js")) copyFileSync(join(compiled, file), join(statics, file));
  }
  const require = createRequire(join(root, "package.json"));
  const plotly = dirname(require.resolve("plotly.js-dist-min/package.json"));
  copyFileSync(join(plotly, "plotly.min.js"), join(statics, "plotly.min.js"));
  if (small) copyFileSync(small, join(statics, "plotly-cartesian.min.js"));
  writeFileSync(join(statics, "remoteEntry.js"), entry(small !== undefined));

  const manifest = {
    name,
    version,
    license,
    description,
    jupyterlab: {
      extension: true,
      // The other renderer draws a figure once and never updates it.
      disabledExtensions: ["@jupyterlab/plotly-extension"],
      _build: { load: "static/remoteEntry.js", extension: "./extension" },
    },
  };
  writeFileSync(join(destination, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
