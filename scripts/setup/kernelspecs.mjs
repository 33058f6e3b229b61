import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelMain } from "./bundle.mjs";
import { writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * The kernelspecs by name. Paths are absolute: a front end starts a kernel from any folder, and
 * with the Node that set-up ran on.
 *
 * @param {Context} context
 * @param {{ stock?: boolean, node?: string }} [options] `stock`: with tslab's own kernel (default:
 *   in a clone); `node`: default, the running one.
 * @returns {Record<string, object>}
 */
export function kernelspecs(
  { kind, root },
  { stock = kind === "clone", node = process.execPath } = {},
) {
  const ours = [node, "--no-force-async-hooks-checks", kernelMain(root), "{connection_file}"];
  const common = {
    interrupt_mode: "message",
    kernel_protocol_version: "5.5",
    metadata: { debugger: true },
  };
  return {
    qatlab: { argv: ours, display_name: "TypeScript (qatlab)", language: "typescript", ...common },
    "qatlab-js": {
      argv: [...ours, "--language=javascript"],
      display_name: "JavaScript (qatlab)",
      language: "javascript",
      ...common,
    },
    ...(stock && {
      tslab: {
        argv: [
          node,
          join(root, "node_modules", "tslab", "bin", "tslab"),
          ...["kernel", "--config-path", "{connection_file}"],
        ],
        display_name: "TypeScript (tslab)",
        language: "typescript",
      },
    }),
  };
}

const logos = join(dirname(fileURLToPath(import.meta.url)), "logos");
/** The kernels that have a logo of ours, by name. @type {Record<string, string>} */
const logoOf = { qatlab: "typescript", "qatlab-js": "javascript" };

/**
 * Writes the kernelspecs that are missing or different, with the logos that a launcher shows.
 *
 * @param {Context} context
 * @param {string} jupyter A Jupyter data folder, e.g. `.venv/share/jupyter`.
 * @param {Parameters<typeof kernelspecs>[1]} [options]
 * @returns {string[]} The folders of the kernelspecs.
 */
export function installKernelspecs(context, jupyter, options) {
  return Object.entries(kernelspecs(context, options)).map(([name, spec]) => {
    const folder = join(jupyter, "kernels", name);
    const file = join(folder, "kernel.json");
    if (!isSame(file, spec)) writeJson(file, spec);
    if (logoOf[name] && !hasLogos(folder)) {
      cpSync(join(logos, logoOf[name]), folder, { recursive: true });
    }
    return folder;
  });
}

/** @param {string} folder */
function hasLogos(folder) {
  return readdirSync(join(logos, "typescript")).every((file) => existsSync(join(folder, file)));
}

/**
 * @param {string} file
 * @param {object} spec
 */
export function isSame(file, spec) {
  try {
    return JSON.stringify(JSON.parse(readFileSync(file, "utf8"))) === JSON.stringify(spec);
  } catch {
    return false;
  }
}
