import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { linked } from "./pages.mjs";

/**
 * A file that JupyterLite offers: a notebook, or a picture of one.
 *
 * @typedef {{ file: string, path: string }} Offered
 */

/**
 * Puts files where JupyterLite finds them, with the lists of their names: what JupyterLite's own build does with a Jupyter
 * server.
 *
 * @param {string} output
 * @param {Offered[]} contents
 * @param {ReadonlyMap<string, string>} pages Pages of the book by their files in the clone.
 */
export function offer(output, contents, pages) {
  /** @type {Map<string, object[]>} */
  const folders = new Map([["", []]]);
  for (const { file, path } of contents) {
    const target = join(output, "files", path);
    mkdirSync(dirname(target), { recursive: true });
    const isNotebook = path.endsWith(".ipynb");
    if (isNotebook) {
      const notebook = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(target, JSON.stringify(lessonFile(notebook, path, pages)));
    } else {
      copyFileSync(file, target);
      // Before JupyterLab has found out where a picture lies, the browser asks for it here.
      const early = join(output, path);
      mkdirSync(dirname(early), { recursive: true });
      copyFileSync(file, early);
    }
    const folder = posix.dirname(path) === "." ? "" : posix.dirname(path);
    if (!folders.has(folder)) {
      folders.set(folder, []);
      folders.get("")?.push(entry({ path: folder, type: "directory", time: new Date() }));
    }
    // JupyterLite shows how long ago a notebook was changed.
    const time = statSync(file).mtime;
    const type = isNotebook ? "notebook" : "file";
    folders.get(folder)?.push(entry({ path, type, time, size: statSync(target).size }));
  }
  for (const [path, content] of folders) {
    const api = join(output, "api", "contents", path);
    mkdirSync(api, { recursive: true });
    const folder = entry({ path, type: "directory", time: new Date() });
    writeFileSync(
      join(api, "all.json"),
      JSON.stringify({ ...folder, format: "json", content, size: null }),
    );
  }
}

/**
 * @param {{ path: string, type: string, time: Date, size?: number }} options
 */
function entry({ path, type, time, size }) {
  return {
    ...{ name: basename(path), path, type, size, writable: true, mimetype: null },
    ...{ created: time.toISOString(), last_modified: time.toISOString() },
    ...{ format: null, content: null },
  };
}

/**
 * A notebook for the tab: it says from which text a reader's copy was begun, its recorded outputs count as the site's own, and its
 * links to other pages of the clone lead to the book.
 *
 * @param {any} notebook
 * @param {string} path
 * @param {ReadonlyMap<string, string>} pages
 */
export function lessonFile(notebook, path, pages) {
  const cells = notebook.cells.map((/** @type {any} */ cell) => {
    const source = textOf(cell.source);
    if (cell.cell_type !== "markdown") {
      const outputs = cell.outputs?.map(withWholeTexts);
      return { ...cell, source, outputs, metadata: { ...cell.metadata, trusted: true } };
    }
    return { ...cell, source: linkedToBook(source, path, pages) };
  });
  const texts = cells.map((/** @type {any} */ { cell_type, source }) => [cell_type, source]);
  const begun = createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
  return { ...notebook, cells, metadata: { ...notebook.metadata, qatlab: { begun } } };
}

/**
 * An output whose texts are whole: files hold them line by line, a Jupyter server puts them together, JupyterLite doesn't.
 *
 * @param {any} output
 */
function withWholeTexts(output) {
  const { text, data } = output;
  const whole = Object.entries(data ?? {}).map(([type, value]) => [
    type,
    /\bjson$/.test(type) ? value : textOf(value),
  ]);
  return {
    ...output,
    ...(text !== undefined && { text: textOf(text) }),
    ...(data && { data: Object.fromEntries(whole) }),
  };
}

/** @param {any} text */
const textOf = (text) => (Array.isArray(text) ? text.join("") : text);

/** Stands for the book's address, which the page knows (src/site/lessons/links.ts). */
const book = "https://course.invalid/";

/**
 * @param {string} text
 * @param {string} path
 * @param {ReadonlyMap<string, string>} pages
 */
function linkedToBook(text, path, pages) {
  const from = { source: `notebooks/${path}`, page: "lesson" };
  const other = new Map(
    [...pages]
      .filter(([source]) => !source.endsWith(".ipynb"))
      .map(([source, page]) => [source, page.replace(/\.md$/, ".html")]),
  );
  return text.replace(/(!?)\[[^\]]*\]\(([^()\s]+)\)/g, (whole, image, target) => {
    if (image || !/^\.\.?\//.test(target) || target.includes(".ipynb")) return whole;
    return linked(whole, from, other).replace(/\]\((?!https?:)/, `](${book}`);
  });
}
