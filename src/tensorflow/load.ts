import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as tfjs from "@tensorflow/tfjs";
import { restoreUtil } from "./polyfill.js";
import { nativeRequires } from "./requires.js";

/** TensorFlow.js, as far as the library and its readers use it: the public API. */
export type TensorFlow = typeof tfjs;

/** @internal What was loaded, and why nothing faster was. */
export interface Loaded {
  tf: TensorFlow;
  /** Whether ops run in native TensorFlow. */
  native: boolean;
  /** Why native TensorFlow isn't used; empty when it is. */
  reason: string;
}

const here = createRequire(import.meta.url);
let nativeRequire: NodeJS.Require | undefined;

/** @internal A module of the tfjs-node that was loaded, such as its protocol messages. */
export function nativeModule(name: string): unknown {
  return nativeRequire?.(name);
}

/**
 * @internal
 * Loads native TensorFlow through `@tensorflow/tfjs-node`, or, where its binding wasn't built or
 * doesn't load, plain `@tensorflow/tfjs` with its `cpu` backend, which trains too, but slowly.
 * The environment variable `QATLAB_BACKEND=cpu` asks for the latter.
 */
export function load(): Loaded {
  const wanted = process.env.QATLAB_BACKEND;
  if (wanted === "cpu") return loadPlain("QATLAB_BACKEND is cpu");
  if (wanted !== undefined && wanted !== "" && wanted !== "tensorflow") {
    throw new Error(
      `invalid QATLAB_BACKEND: ${wanted} (expected tensorflow, the default, or cpu, the slow one)`,
    );
  }
  const require = findBinding();
  if (!require) return loadPlain("its binding isn't built");
  try {
    // Read once by the library, when it is loaded: without it, each process starts with a banner.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    // Sessions have threads of their own, so that a small graph can run in one (compile/sessionOptions.ts).
    process.env.TF_OVERRIDE_GLOBAL_THREADPOOL ??= "1";
    restoreUtil();
    const tf: TensorFlow = require("@tensorflow/tfjs-node");
    nativeRequire = require;
    return { tf, native: true, reason: "" };
  } catch (error) {
    return loadPlain(firstLine(error));
  }
}

/**
 * A `require` that finds a tfjs-node whose binding is built: the package's own, or the one that the
 * set-up of an installed package wrote into `.qatlab/natives.json`. It is looked for by file, since
 * a tfjs-node that fails halfway leaves its kernels registered.
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
  tf.setBackend("cpu");
  // Its first op would print an advertisement for tfjs-node; the library warns in its own words.
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
  return { tf, native: false, reason };
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0]!;
}
