import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { freeSpace } from "../setup/cache.mjs";
import { packagedChromium, systemChromium } from "../setup/chromium.mjs";
import { systemCompiler } from "../setup/compiler.mjs";
import { createContext, venvPython } from "../setup/context.mjs";
import { explain, SetupError } from "../setup/error.mjs";
import { ownJupyter } from "../setup/frontend.mjs";
import { isPlaced } from "../setup/kernels.mjs";
import { isSame, kernelspecs } from "../setup/kernelspecs.mjs";
import { readNatives } from "../setup/natives.mjs";
import { checkNode } from "../setup/node.mjs";
import { currentPlatform, platformName, ziglang } from "../setup/platforms.mjs";
import { probe, probeKernels } from "../setup/probe.mjs";
import { formatBytes } from "../setup/progress.mjs";
import { findPython } from "../setup/python.mjs";
import { readJson } from "../setup/stamp.mjs";
import * as venv from "../setup/venv.mjs";
import { parseArguments } from "./arguments.mjs";
import { askInstalled } from "./askInstalled.mjs";

const usage = `usage: qatlab doctor

Checks every part of the set-up, and says how to mend each part that fails.
`;

/** @typedef {import("../setup/context.mjs").Context} Context */
/**
 * @typedef {(context: Context) => string | Promise<string>} Check Returns a description of the part if it
 * works, or throws its fault.
 */

const setup = "run: npx qatlab setup";

/** @type {Record<string, Check>} */
const checks = {
  Node() {
    checkNode();
    return `${process.versions.node} (${process.execPath})`;
  },
  Python({ kind }) {
    const { path, version } = findPython({ needVenv: kind === "clone" });
    return `${version.join(".")} (${path})`;
  },
  platform() {
    const platform = currentPlatform();
    if (!platform)
      throw fault(
        `${platformName()} has no native TensorFlow`,
        "use Linux, macOS, or WSL on Windows",
      );
    return `${platformName()}${platform.proven ? "" : " (the set-up has not been run on it yet)"}`;
  },
  compiler() {
    return systemCompiler()?.name ?? `none; PyPI's ziglang ${ziglang.version} is used`;
  },
  "npm packages"(context) {
    if (context.kind === "package") return "those of your project";
    const list = readJson(join(context.root, "node_modules", ".package-lock.json"))?.packages;
    if (!list) throw fault("not installed", setup);
    return `${Object.keys(list).length} installed`;
  },
  async TensorFlow(context) {
    const natives = readNatives(context);
    if (!natives) throw fault("not set up", setup);
    if (natives.missing) {
      const reason = natives.missing.trim().split("\n").at(-1);
      throw fault(
        `not available, so the slower cpu backend is in use (${reason})`,
        natives.hint ?? setup,
      );
    }
    if (!existsSync(join(natives.folder ?? "", "lib"))) {
      throw fault(`its library is gone from the cache (${natives.folder})`, setup);
    }
    const facts = await probe(natives.nodeModules).catch((error) => {
      throw fault(error.message, error.hint ?? setup);
    });
    const { tensorflow, tfjs, backend, threads } = facts;
    const { verified } = readJson(join(natives.folder ?? "", "manifest.json"));
    const trust = verified
      ? ""
      : ", from the official archive, whose hash nobody publishes: unverified";
    const stock = facts.sessionConfig
      ? ""
      : `; rewrite: false needs the patched binding, this one is stock because ${whyStock(natives)}`;
    return `${tensorflow}, tfjs ${tfjs}, backend ${backend}, ${threads} threads${trust}${stock}`;
  },
  async "TensorFlow kernels"(context) {
    const natives = readNatives(context);
    if (!natives || natives.missing) return "none, since there is no native TensorFlow";
    const reason =
      natives.noKernels ?? (isPlaced(natives.nodeModules) ? undefined : "they aren't built");
    if (reason)
      return `none (${reason}); TensorFlow's ops compute the same, slower: to try again, ${setup}`;
    const sets = await probeKernels(natives.nodeModules).catch((error) => {
      throw fault(error.message, setup);
    });
    return `fake quantization and the gradients of ReLUs, with ${sets[0]}`;
  },
  build({ root }) {
    if (!existsSync(join(root, "dist", "index.js")))
      throw fault("dist/ is missing", "run: npm run build");
    return "dist/";
  },
  kernels(context) {
    if (context.kind === "package") return askInstalled(context).kernels();
    const specs = Object.entries(kernelspecs(context));
    const missing = specs.filter(
      ([name, spec]) => !isSame(join(ownJupyter(context), "kernels", name, "kernel.json"), spec),
    );
    if (missing.length > 0)
      throw fault(`not registered: ${missing.map(([name]) => name).join(", ")}`, setup);
    return `${specs.map(([name]) => name).join(", ")} (in .venv)`;
  },
  async JupyterLab(context) {
    if (context.kind === "package") return askInstalled(context).jupyterlab();
    if (!venv.fresh(context) || !venv.requirements.fresh(context, "course")) {
      throw fault("not installed, or in a version that differs from requirements.txt", setup);
    }
    const extension = join(ownJupyter(context), "labextensions", "qatlab", "package.json");
    if (!existsSync(extension)) throw fault("the extension that draws figures is missing", setup);
    const pins = readFileSync(join(context.root, "requirements.txt"), "utf8");
    const version = /^jupyterlab==(.*)$/m.exec(pins)?.[1];
    return `${version} with qatlab's extension (${venvPython(context)})`;
  },
  Chromium(context) {
    const found = systemChromium() ?? packagedChromium(context.root);
    if (found) return `${found} (only for tests)`;
    if (context.kind === "package") return "none (only the project's own tests need it)";
    throw fault(
      "none was found (only tests need it)",
      "install one (Debian: apt install chromium), or set QATLAB_CHROMIUM",
    );
  },
  data({ kind, root }) {
    const restore = (/** @type {string} */ files) =>
      kind === "clone"
        ? `restore it: git checkout -- ${files}`
        : "restore it: remove node_modules/qatlab and install the package again";
    const list = join(root, "data", "SHA256SUMS");
    if (!existsSync(list)) throw fault("data/SHA256SUMS is missing", restore("data"));
    const lines = readFileSync(list, "utf8").split("\n").filter(Boolean);
    const changed = lines
      .map((line) => /** @type {[string, string]} */ (line.split(/\s+\*?/, 2)))
      .filter(([hash, name]) => hashOfFile(join(root, "data", name)) !== hash)
      .map(([, name]) => `data/${name}`);
    if (changed.length > 0) {
      throw fault(`changed or missing: ${changed.join(", ")}`, restore(changed.join(" ")));
    }
    return `${lines.length} ${lines.length === 1 ? "file" : "files"}, checksums agree`;
  },
  disk({ root, cache }) {
    const [here, there] = [freeSpace(root), freeSpace(cache)];
    const text = `${formatBytes(here)} free here, ${formatBytes(there)} for the cache (${cache})`;
    if (Math.min(here, there) < 500e6) throw fault(text, "free some space: npx qatlab clean");
    return text;
  },
  memory() {
    const text = `${formatBytes(freemem())} free of ${formatBytes(totalmem())}, ${availableParallelism()} cores`;
    if (totalmem() < 2e9)
      throw fault(text, "lessons need about 2 GB: close other programs or use a larger machine");
    return text;
  },
};

/**
 * `qatlab doctor`: prints a line for every part.
 *
 * @param {string[]} args
 * @param {Context} [context]
 * @returns {Promise<number>} The exit status, 0 when all is well.
 */
export async function doctor(args, context = createContext()) {
  if (!parseArguments(args, { usage, options: {} })) return 0;
  let failures = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      process.stdout.write(`[ok]   ${name}: ${await check(context)}\n`);
    } catch (error) {
      failures++;
      const { message, hint } = explain(error);
      process.stdout.write(`[FAIL] ${name}: ${message}${hint ? ` … ${hint}` : ""}\n`);
    }
  }
  return failures === 0 ? 0 : 1;
}

/** @param {import("../setup/natives.mjs").Natives} natives */
function whyStock({ stock, nodeModules }) {
  if (stock) return stock;
  const lib = join(nodeModules, "@tensorflow", "tfjs-node", "lib");
  return `something else than the set-up put it there (remove ${lib}, then ${setup})`;
}

/**
 * @param {string} message
 * @param {string} hint
 */
function fault(message, hint) {
  return new SetupError(message, { hint });
}

/** @param {string} file */
function hashOfFile(file) {
  if (!existsSync(file)) return undefined;
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
