import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { ModuleMeta } from "./interop.js";

/** `import.meta` of the code that runs under `filename`. */
export function metaOf(filename: string): ModuleMeta {
  const require = createRequire(filename);
  const resolve = (specifier: string): string => {
    if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, pathToFileURL(filename)).href;
    const path = require.resolve(specifier);
    return path.startsWith("/") ? pathToFileURL(path).href : path;
  };
  return { url: pathToFileURL(filename).href, filename, dirname: dirname(filename), resolve };
}
