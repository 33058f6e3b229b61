import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { createContext } from "../setup/context.mjs";
import { SetupError } from "../setup/error.mjs";
import { installLabextension } from "../setup/frontend.mjs";
import { copyKernel } from "../setup/kernelOnly.mjs";
import { installKernelspecs } from "../setup/kernelspecs.mjs";
import { askPython } from "../setup/python.mjs";
import { parseArguments, wrongUsage } from "./arguments.mjs";

const usage = `usage: qatlab install [--user | --sys-prefix | --prefix P] [--python P] [--kernel-only]

Registers the kernels qatlab and qatlab-js, and the extension that draws figures in JupyterLab.

  --user         for you, in your Jupyter data folder (default)
  --sys-prefix   in the environment of the Python found (or named by --python)
  --prefix P     below P/share/jupyter
  --python P     the Python whose environment --sys-prefix means (default: python3)
  --kernel-only  copy the kernel to where Jupyter's data are, without the library and TensorFlow; this
                 package may be removed afterwards
`;

/**
 * `qatlab install`.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function install(args) {
  const context = createContext();
  const options = parse(args);
  if (!options) return 0;
  if (!existsSync(join(context.root, "dist", "kernel", "main.js"))) {
    throw new SetupError("the kernel is not built", { hint: "Run: npx qatlab setup" });
  }
  const jupyter = dataFolder(options);
  if (options["kernel-only"]) return installAlone(context, jupyter);
  const kernels = installKernelspecs(context, jupyter, { stock: false });
  const extension = await installLabextension(context, jupyter);
  for (const folder of [...kernels, extension]) process.stdout.write(`installed ${folder}\n`);
  if (!askPython(options.python)) {
    process.stdout.write(
      `No Python was found as ${options.python}; qatlab needs a Jupyter to run in.\n`,
    );
  }
  return 0;
}

/**
 * @param {import("../setup/context.mjs").Context} context
 * @param {string} jupyter
 * @returns {number} The exit status.
 */
function installAlone(context, jupyter) {
  const root = join(jupyter, "qatlab-kernel");
  const bytes = copyKernel(context, root);
  process.stdout.write(`installed ${root} (${Math.ceil(bytes / 1e6)} MB)\n`);
  for (const folder of installKernelspecs({ ...context, root }, jupyter, { stock: false })) {
    process.stdout.write(`installed ${folder}\n`);
  }
  return 0;
}

const flag = /** @type {const} */ ({ type: "boolean", default: false });

/** @param {string[]} args */
function parse(args) {
  const parsed = parseArguments(args, {
    usage,
    options: {
      user: flag,
      "sys-prefix": flag,
      "kernel-only": flag,
      prefix: { type: "string" },
      python: { type: "string", default: process.env.QATLAB_PYTHON ?? "python3" },
    },
  });
  if (!parsed) return undefined;
  const { values } = parsed;
  const places = [values.user, values["sys-prefix"], values.prefix !== undefined];
  if (places.filter(Boolean).length > 1) {
    throw wrongUsage("--user, --sys-prefix and --prefix exclude each other", usage);
  }
  return values;
}

/**
 * The Jupyter data folder that the options mean.
 *
 * @param {{ "sys-prefix": boolean, prefix?: string, python: string }} options
 */
function dataFolder({ "sys-prefix": sysPrefix, prefix, python }) {
  if (prefix !== undefined) return join(resolve(prefix), "share", "jupyter");
  if (!sysPrefix) return userFolder();
  const found = askPython(python);
  if (!found) {
    throw new SetupError(`--sys-prefix: no Python was found as ${python}`, {
      hint: "Name it: npx qatlab install --sys-prefix --python /path/to/python",
    });
  }
  return join(found.prefix, "share", "jupyter");
}

/** Jupyter's own rule: `JUPYTER_DATA_DIR`, or else the platform's place. */
function userFolder() {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}
