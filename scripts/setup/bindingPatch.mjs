import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ file: string, line: number, before: string, after: string }} Hunk */

const patchFile = fileURLToPath(new URL("patches/tfjs-node.patch", import.meta.url));

/** The recorded changes to the binding's sources, as a unified diff. */
export const bindingPatch = readFileSync(patchFile, "utf8");

/**
 * Makes the recorded changes, all of them or none.
 *
 * @param {string} folder Where the patch's paths (`binding/…`) begin.
 * @param {string} [patch] A unified diff (default: the recorded one).
 * @returns {string | undefined} Why the patch doesn't fit the sources, or `undefined` when it does.
 */
export function applyPatch(folder, patch = bindingPatch) {
  /** @type {Map<string, string>} */
  const sources = new Map();
  for (const { file, line, before, after } of parsePatch(patch)) {
    const path = join(folder, file);
    if (!existsSync(path)) return `there is no ${file}`;
    const parts = (sources.get(path) ?? readFileSync(path, "utf8")).split(before);
    if (parts.length !== 2) {
      const fault = parts.length === 1 ? "is not there" : `is there ${parts.length - 1} times`;
      return `what the patch changes at line ${line} of ${file} ${fault}`;
    }
    sources.set(path, parts.join(after));
  }
  for (const [path, text] of sources) writeFileSync(path, text);
  return undefined;
}

/**
 * @param {string} patch A unified diff; text above its first file is a remark.
 * @returns {Hunk[]}
 */
export function parsePatch(patch) {
  return patch
    .split(/^--- a\//m)
    .slice(1)
    .flatMap((section) => {
      const [head = "", ...hunks] = section.split(/^@@ -/m);
      const [file = ""] = head.split("\n", 1);
      return hunks.map((hunk) => {
        const lines = hunk.split("\n").slice(1, -1);
        const side = (/** @type {string} */ mark) =>
          lines
            .filter((line) => line.startsWith(" ") || line.startsWith(mark))
            .map((line) => `${line.slice(1)}\n`)
            .join("");
        return { file, line: Number.parseInt(hunk, 10), before: side("-"), after: side("+") };
      });
    });
}
