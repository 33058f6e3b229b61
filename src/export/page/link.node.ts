import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { posix } from "node:path";

/** The folder of the library's modules, and the ending of their files: sources, or those of the last build. */
const root = new URL("../../", import.meta.url);
const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/**
 * @internal
 * Puts modules of the library and all modules that they import into one script without imports, so that a page has them
 * inside. The script calls `start` of the first module with the exports of the others.
 *
 * @param entries paths below the folder of the library's modules, without their ending
 */
export async function linkScript(entries: readonly string[]): Promise<string> {
  const { default: ts } = await import("typescript");
  const compilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    removeComments: true,
  };
  const modules = new Map<string, string>();
  const visit = (path: string): void => {
    if (modules.has(path)) return;
    modules.set(path, "");
    const source = readFileSync(new URL(`${path}${ending}`, root), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    const text = outputText.replaceAll(/\brequire\("([^"]+)"\)/g, (_, name: string) => {
      const imported = posix.join(posix.dirname(path), name.replace(/\.js$/, ""));
      visit(imported);
      return `load(${JSON.stringify(imported)})`;
    });
    modules.set(path, text.replace(/^"use strict";\n/, "").trim());
  };
  for (const entry of entries) visit(entry);
  const bodies = [...modules].map(
    ([path, text]) => `${JSON.stringify(path)}(exports) {\n${text}\n}`,
  );
  const [main, ...others] = entries.map((entry) => `load(${JSON.stringify(entry)})`);
  return `"use strict";
(() => {
const modules = {
${bodies.join(",\n")}
};
const loaded = {};
const load = (path) => {
  if (!(path in loaded)) modules[path]((loaded[path] = {}));
  return loaded[path];
};
${main}.start(${others.join(", ")});
})();
`;
}

/** @internal The hash of a text, as a Content-Security-Policy names a script or a style that may be in a page. */
export function policyHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
