import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** @typedef {import("../../src/kernel/tab/memoryDisk.js").FileTable} FileTable */

/** The library of the language in today's browsers. */
const language = "lib.es2024.d.ts";

/** A cell whose check reads every file that a lesson's cells need. */
const lesson = `
import * as q from "qatlab";
import { display } from "tslab";
display.text(String(q.int(8)));
document.title;
`;

/**
 * The types that cells in a tab are checked with: the files that TypeScript reads for a cell that imports the library, and
 * no others. Node's types are left out, since a tab has nothing of Node's.
 *
 * @param {string} root The clone, built.
 * @param {string} [cell] The cell (default: one that uses the library, the DOM and tslab's display).
 * @returns {Promise<FileTable>}
 */
export async function typesTable(root, cell = lesson) {
  const compiler = (/** @type {string} */ file) =>
    import(pathToFileURL(join(root, "dist", "kernel", "compiler", file)).href);
  const { createCompiler } = await compiler("index.js");
  const { nodeDisk } = await compiler("disk.node.js");
  const { default: ts } = await import("typescript");
  /** @type {Map<string, string>} */
  const read = new Map();
  const hidden = (/** @type {string} */ path) =>
    /[\\/]@types[\\/]node([\\/]|$)|[\\/]tsconfig\.json$/.test(path);
  const disk = {
    ...nodeDisk,
    language,
    types: [],
    fileExists: (/** @type {string} */ path) => !hidden(path) && nodeDisk.fileExists(path),
    directoryExists: (/** @type {string} */ path) =>
      !hidden(path) && nodeDisk.directoryExists(path),
    readFile(/** @type {string} */ path) {
      const text = nodeDisk.readFile(path);
      if (text !== undefined) read.set(path, text);
      return text;
    },
  };
  const cells = createCompiler({
    cwd: join(root, "notebook"),
    language: "typescript",
    disk,
    warm: false,
  });
  const result = cells.compile(cell, 1);
  if (!result.ok) throw new Error(`the types of a tab don't hold: ${result.failure.evalue}`);
  const printer = ts.createPrinter({ removeComments: true });
  /** @type {Record<string, string>} */
  const files = {};
  const own = place(root, disk.ownFolder);
  for (const [path, text] of [...read].sort()) {
    const isPackage = path.endsWith("package.json");
    // The comments of the DOM's library are half of it, and no lesson speaks of them, nor of those of packages that TensorFlow.js
    // and danfo.js use; those of `q`, of `tf` and of the language are there to be read.
    const isSilent =
      /lib\.dom\..*d\.ts$|[\\/]node_modules[\\/](?!typescript|tslab|@tensorflow[\\/]tfjs-(core|layers))/.test(
        path,
      );
    files[place(root, path)] = isPackage
      ? packageTypes(text)
      : isSilent
        ? printer.printFile(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
        : text;
  }
  return { files, libFolder: place(root, disk.libFolder), ownFolder: own, language };
}

/**
 * @param {string} root
 * @param {string} path
 */
function place(root, path) {
  const inside = path.startsWith(root) ? path.slice(root.length) : path;
  return `/qatlab/${inside.replaceAll("\\", "/").replace(/^\/+/, "")}`.replace(/\/$/, "");
}

/**
 * The fields of a package.json by which TypeScript finds its types.
 *
 * @param {string} text
 */
function packageTypes(text) {
  const { name, version, type, types, typings, main, exports, typesVersions } = JSON.parse(text);
  return JSON.stringify({ name, version, type, types, typings, main, exports, typesVersions });
}
