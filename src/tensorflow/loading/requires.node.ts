import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * @internal
 * Where packages with native parts are looked for, in order: beside the package, as usual, and in
 * the folder that the set-up of an installed package wrote into `.qatlab/natives.json`.
 */
export function nativeRequires(): NodeJS.Require[] {
  const here = createRequire(import.meta.url);
  try {
    const file = readFileSync(join(root, ".qatlab", "natives.json"), "utf8");
    const { nodeModules } = JSON.parse(file) as { nodeModules: string };
    return [here, createRequire(join(nodeModules, "qatlab.cjs"))];
  } catch {
    return [here];
  }
}
