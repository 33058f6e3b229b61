import { dirname } from "#door/kernel/paths";
import type { ModuleMeta } from "./interop.js";

/** `import.meta` of the code that runs under `filename`. */
export function metaOf(filename: string): ModuleMeta {
  const { href } = new URL(encodeURI(filename), globalThis.location?.href ?? "file:///");
  const resolve = (specifier: string): string => new URL(specifier, href).href;
  return { url: href, filename, dirname: dirname(filename), resolve };
}
