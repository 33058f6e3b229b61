import { existsSync, rmSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

/** The files that a thread of the kernel starts with, below `dist/kernel/`. */
const entries = ["main", "protocol/thread", "user/start", "compilerThread"];

/** The folder of the bundled kernel below `dist/`. It stands in the place of `dist/kernel/`, so that all paths hold. */
export const bundleFolder = "bundled";

/**
 * The file that a kernel's process starts with: the bundled one, or where there is none the compiled one.
 *
 * @param {string} root
 */
export function kernelMain(root) {
  const bundled = join(root, "dist", bundleFolder, "main.js");
  return existsSync(bundled) ? bundled : join(root, "dist", "kernel", "main.js");
}

/**
 * Writes the modules of each of the kernel's threads to one file, since Node.js takes half a millisecond or more to
 * find and load each of the hundred. The room `display` stays apart: the library that a cell imports uses the same one.
 *
 * Where the bundler isn't installed or doesn't run, as on a platform without its binary, the kernel starts from its
 * compiled modules.
 *
 * @param {string} root
 */
export async function bundleKernel(root) {
  const dist = join(root, "dist");
  const target = join(dist, bundleFolder);
  const inside = join(dist, "kernel");
  try {
    const { rolldown } = await import("rolldown");
    const bundle = await rolldown({
      cwd: root,
      input: Object.fromEntries(entries.map((entry) => [entry, join(inside, `${entry}.js`)])),
      platform: "node",
      external: (id, importer) =>
        id.startsWith(".")
          ? relative(inside, resolve(dirname(importer ?? dist), id)).startsWith("..")
          : !isAbsolute(id) && !id.startsWith("#door/kernel/"),
    });
    await bundle.write({
      dir: target,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name].js",
    });
    await bundle.close();
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    console.warn(
      `The kernel isn't bundled and starts a little slower: ${/** @type {Error} */ (error).message}`,
    );
  }
}
