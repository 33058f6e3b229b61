import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installKernelspecs, isSame, kernelspecs } from "./kernelspecs.mjs";
import { hashOf, hashTree, readJson, writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

const script = join(dirname(fileURLToPath(import.meta.url)), "labextension.mjs");

/** The clone's own Jupyter data folder. @param {Context} context */
export const ownJupyter = ({ venv }) => join(venv, "share", "jupyter");

/**
 * Whether a Jupyter data folder has the present versions of the kernels and the extension.
 *
 * @param {Context} context
 * @param {string} jupyter
 */
export function fresh(context, jupyter) {
  return (
    Object.entries(kernelspecs(context)).every(([name, spec]) =>
      isSame(join(jupyter, "kernels", name, "kernel.json"), spec),
    ) &&
    readJson(settingsFile(jupyter)) !== undefined &&
    readJson(stampFile(jupyter))?.inputs === inputs(context)
  );
}

/**
 * Registers the clone's kernels and the extension that draws figures in the clone's JupyterLab.
 *
 * @param {Context} context
 */
export async function perform(context) {
  const jupyter = ownJupyter(context);
  installKernelspecs(context, jupyter);
  writeJson(settingsFile(jupyter), labSettings);
  await installLabextension(context, jupyter);
}

/**
 * @param {Context} context
 * @param {string} jupyter
 * @returns {Promise<string>} The extension's folder.
 */
export async function installLabextension(context, jupyter) {
  const folder = join(jupyter, "labextensions", "qatlab");
  if (existsSync(script)) {
    const { buildLabextension } = await import(pathToFileURL(script).href);
    await buildLabextension(context.root, folder);
  }
  writeJson(stampFile(jupyter), { inputs: inputs(context) });
  return folder;
}

/** @param {string} jupyter */
const stampFile = (jupyter) => join(jupyter, "labextensions", "qatlab", ".qatlab.json");

/** @param {string} jupyter */
const settingsFile = (jupyter) => join(jupyter, "lab", "settings", "overrides.json");

/** A course needs no news from the Jupyter project, and no question about them. */
const labSettings = {
  "@jupyterlab/apputils-extension:notification": {
    fetchNews: "false",
    checkForUpdates: false,
  },
};

/** @param {Context} context */
function inputs({ root }) {
  return hashOf({
    sources: hashTree(join(root, "src", "jupyterlab")),
    built: hashTree(join(root, "dist", "jupyterlab")),
    script: existsSync(script) ? readFileSync(script, "utf8") : "",
    plotly: readJson(join(root, "package.json")).dependencies["plotly.js-dist-min"],
  });
}
