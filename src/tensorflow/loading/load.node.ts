import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { useDirectKernels } from "../direct/index.js";
import { loadKernels, wantedKernels } from "./kernels.node.js";
import type { Loaded, TensorFlow } from "./loaded.js";
import { restoreUtil } from "./polyfill.node.js";
import { nativeRequires } from "./requires.node.js";

const here = createRequire(import.meta.url);
let nativeRequire: NodeJS.Require | undefined;

/** @internal A module of the tfjs-node that was loaded, such as its protocol messages. */
export function nativeModule(name: string): unknown {
  return nativeRequire?.(name);
}

/**
 * @internal
 * Loads native TensorFlow through `@tensorflow/tfjs-node`, or, where its binding wasn't built or doesn't load,
 * plain `@tensorflow/tfjs` with its `cpu` backend, which trains too, but slowly. The environment variable
 * `QATLAB_BACKEND=cpu` asks for the `cpu` backend.
 */
export function load(): Loaded {
  const backend = process.env.QATLAB_BACKEND;
  if (backend === "cpu") return loadPlain("QATLAB_BACKEND is cpu");
  if (backend !== undefined && backend !== "" && backend !== "tensorflow") {
    throw new Error(
      `invalid QATLAB_BACKEND: ${backend} (expected tensorflow, the default, or cpu, the slow one)`,
    );
  }
  const require = findBinding();
  if (!require) return loadPlain("its binding isn't built");
  let tf: TensorFlow;
  try {
    // TensorFlow reads this once, when it is loaded: without the variable, each process starts with a banner.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    // Sessions have threads of their own, so that a small graph can run in one (compile/sessionOptions.ts).
    process.env.TF_OVERRIDE_GLOBAL_THREADPOOL ??= "1";
    restoreUtil();
    tf = require("@tensorflow/tfjs-node");
  } catch (error) {
    return loadPlain(firstLine(error));
  }
  nativeRequire = require;
  return { tf, native: true, reason: "", kernels: loadKernels(require) };
}

/**
 * A `require` that finds a tfjs-node whose binding is built: the package's own, or the one that the set-up of
 * an installed package wrote into `.qatlab/natives.json`. The binding is looked for by its file, since a
 * tfjs-node that fails halfway leaves its kernels registered.
 */
function findBinding(): NodeJS.Require | undefined {
  return nativeRequires().find((require) => {
    try {
      const lib = join(dirname(require.resolve("@tensorflow/tfjs-node/package.json")), "lib");
      return readdirSync(lib).some((abi) => existsSync(join(lib, abi, "tfjs_binding.node")));
    } catch {
      return false;
    }
  });
}

function loadPlain(reason: string): Loaded {
  const tf: TensorFlow = here("@tensorflow/tfjs");
  if (wantedKernels() !== "off") useDirectKernels(tf);
  tf.setBackend("cpu");
  // The backend's first op would print an advertisement for tfjs-node; the library warns in its own words.
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
  const advice =
    `qatlab: native TensorFlow isn't used (${reason}). The slower JavaScript backend "cpu" ` +
    'computes and trains instead. "npx qatlab setup" builds the native one, "npx qatlab doctor" says what is missing.';
  return { tf, native: false, reason, advice };
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0]!;
}
