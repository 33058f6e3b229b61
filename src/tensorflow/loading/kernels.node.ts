import { existsSync, readdirSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { KernelAddon } from "./loaded.js";

/** The version of the ops that the library calls, as in kernels/native/addon.cc. */
const version = 9;

/**
 * @internal
 * The library's own kernels, which the set-up compiled for the TensorFlow that was loaded, or why there are none.
 * The environment variable `QATLAB_KERNELS=off` leaves them out: ops of TensorFlow's compute the same. The absolute
 * path of a `.node` file loads kernels that were compiled otherwise, as for test/tensorflow/kernels/sanitize.mjs.
 */
export function loadKernels(require: NodeJS.Require): KernelAddon | string {
  const wanted = wantedKernels();
  if (wanted === "off") return "QATLAB_KERNELS is off";
  try {
    if (wanted !== "on") return checked(require(wanted));
    const lib = join(dirname(require.resolve("@tensorflow/tfjs-node/package.json")), "lib");
    const files = readdirSync(lib).map((abi) => join(lib, abi, "qatlab_kernels.node"));
    const file = files.find((file) => existsSync(file));
    return file ? checked(require(file)) : "they aren't built";
  } catch (error) {
    return String(error instanceof Error ? error.message : error).split("\n")[0]!;
  }
}

/**
 * @internal
 * Whether the library's own kernels shall compute, native ones or those of the `cpu` backend: `on`, `off`, or the path
 * of a file of native ones.
 *
 * @throws Error if the environment variable `QATLAB_KERNELS` is something else.
 */
export function wantedKernels(): string {
  const wanted = process.env.QATLAB_KERNELS || "on";
  const isFile = isAbsolute(wanted) && wanted.endsWith(".node");
  if (wanted === "on" || wanted === "off" || isFile) return wanted;
  throw new Error(
    `invalid QATLAB_KERNELS: ${wanted} (expected on, the default, off, or the absolute path of a .node file)`,
  );
}

function checked(addon: KernelAddon): KernelAddon | string {
  if (addon.version === version) return addon;
  return `they are of version ${addon.version} (expected ${version}): run npx qatlab setup`;
}
