import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundleFolder, bundleKernel } from "./bundle.mjs";
import { run } from "./process.mjs";
import { filesIn, hashOf, hashTree, readJson, writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

export const title = "build";

/** @param {Context} context */
const stampFile = ({ root }) => join(root, "dist", ".qatlab.json");

/** @param {Context} context */
function inputs({ root }) {
  return hashOf({
    sources: hashTree(join(root, "src")),
    settings: ["tsconfig.json", "tsconfig.build.json"].map((file) =>
      readFileSync(join(root, file), "utf8"),
    ),
    typescript: readJson(join(root, "package.json")).dependencies.typescript,
    bundle: readFileSync(join(root, "scripts", "setup", "bundle.mjs"), "utf8"),
  });
}

/** @param {Context} context */
export function fresh(context) {
  return readJson(stampFile(context))?.inputs === inputs(context);
}

/**
 * Compiles `src/` to `dist/`, copies files that aren't TypeScript, and removes files that have no source
 * any more.
 *
 * @param {Context} context
 */
export async function perform(context) {
  const { root } = context;
  const before = inputs(context);
  rmSync(stampFile(context), { force: true });
  await run(
    process.execPath,
    [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"],
    { name: "the TypeScript compiler", cwd: root },
  );
  const sources = filesIn(join(root, "src"));
  for (const file of sources.filter((file) => !file.endsWith(".ts"))) {
    const target = join(root, "dist", file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, "src", file), target);
  }
  for (const file of filesIn(join(root, "dist"))) {
    if (!hasSource(root, file)) rmSync(join(root, "dist", file));
  }
  await bundleKernel(root);
  writeJson(stampFile(context), { inputs: before });
}

/**
 * @param {string} root
 * @param {string} file Below `dist/`.
 */
function hasSource(root, file) {
  if (
    file.startsWith(".") ||
    file.startsWith(`${bundleFolder}/`) ||
    existsSync(join(root, "src", file))
  )
    return true;
  const source = file.replace(/(\.d)?\.ts$|\.js(\.map)?$/, ".ts");
  return existsSync(join(root, "src", source));
}
