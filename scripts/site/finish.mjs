import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, posix, relative } from "node:path";
import katex from "katex";
import { iconStyle } from "./icons.mjs";
import { linkApi, namesOf, noteLessons } from "./reference.mjs";

/** Addresses that stand for pages of the site in the sources of programs that know their own pages only. */
const outside = {
  "https://course.invalid": "book/index.html",
  "https://reference.invalid": "reference/index.html",
  "https://start.invalid": "index.html",
};

/**
 * Finishes Sphinx's pages: formulas are drawn here, so that no page loads a program for them; icons are a few shapes in place
 * of a collection; names of the library in code lead to the reference, and the reference leads back.
 *
 * @param {object} options
 * @param {string} options.root The clone.
 * @param {string} options.output The site's folder, with `book` and `reference` in it.
 * @param {boolean} options.lite Whether the lessons can be run beside the book.
 */
export function finish({ root, output, lite }) {
  const book = join(output, "book");
  const names = namesOf(join(output, "reference"));
  /** @type {Map<string, Set<string>>} Lessons by the names that they use. */
  const uses = new Map();
  const icons = new Set();
  for (const file of htmlIn(book)) {
    const page = relative(book, file).replaceAll("\\", "/");
    const up = posix.relative(posix.dirname(page), "") || ".";
    const isLesson = /^lessons\/\d\d-/.test(page);
    let html = readFileSync(file, "utf8");
    for (const [, icon] of html.matchAll(/\bfa-([a-z-]+)/g)) icons.add(String(icon));
    html = html
      .replace(/<script[^>]*src="[^"]*fontawesome\.js[^"]*"[^>]*><\/script>/g, "")
      .replace(/<script[^>]*mathjax[^>]*><\/script>/gi, "")
      .replace(/<script>window\.MathJax = [\s\S]*?<\/script>/g, "");
    html = reachableByKeys(html);
    html = withFormulas(html, `${up}/_static/katex/katex.min.css`);
    html = html.replace("</head>", `<link rel="stylesheet" href="${up}/_static/icons.css"></head>`);
    html = linkApi(html, {
      names,
      base: `${up}/../reference`,
      onUse: (name) => {
        if (!isLesson) return;
        uses.set(name, (uses.get(name) ?? new Set()).add(page));
      },
    });
    html = withinSite(html, `${up}/..`);
    if (isLesson && lite) {
      const path = `${basename(page, ".html")}.ipynb`;
      const link = `<p><a class="qatlab-run" href="${up}/../lite/notebooks/index.html?path=${path}">Run this lesson</a></p>`;
      // An earlier heading is that of the printed page.
      const at = html.lastIndexOf("</h1>") + "</h1>".length;
      html = `${html.slice(0, at)}\n${link}${html.slice(at)}`;
    }
    writeFileSync(file, html);
  }
  const fontawesome = join(book, "_static", "scripts", "fontawesome.js");
  const shapes = readFileSync(fontawesome, "utf8");
  writeFileSync(join(book, "_static", "icons.css"), iconStyle(shapes, icons));
  rmSync(fontawesome);
  rmSync(join(book, "_static", "vendor"), { recursive: true, force: true });
  const style = join(root, "node_modules", "katex", "dist");
  const target = join(book, "_static", "katex");
  cpSync(join(style, "katex.min.css"), join(target, "katex.min.css"));
  cpSync(join(style, "fonts"), join(target, "fonts"), {
    recursive: true,
    filter: (path) => !/\.(ttf|woff)$/.test(path),
  });
  for (const ending of [".map", "-macros.html"]) {
    for (const file of filesEnding(book, ending)) rmSync(file);
  }
  const reference = join(output, "reference");
  for (const file of htmlIn(reference)) {
    const up = posix.relative(posix.dirname(relative(reference, file).replaceAll("\\", "/")), "");
    const html = readFileSync(file, "utf8");
    writeFileSync(file, withinSite(html, posix.join(up, "..")));
  }
  noteLessons(join(output, "reference"), { names, uses });
}

/**
 * @param {string} html
 * @param {string} top The address of the site's folder from the page.
 */
function withinSite(html, top) {
  return Object.entries(outside).reduce(
    (text, [name, href]) =>
      text
        .replace(
          new RegExp(`class="reference external" href="${name}`, "g"),
          `class="reference internal" href="${name}`,
        )
        .replace(new RegExp(`${name}/?(?=")`, "g"), `${top}/${href}`),
    html,
  );
}

/**
 * A page with its formulas drawn by KaTeX, for eyes and, as MathML, for screen readers.
 *
 * @param {string} html
 * @param {string} style The address of KaTeX's style sheet.
 */
export function withFormulas(html, style) {
  let count = 0;
  const drawn = (/** @type {string} */ text, /** @type {boolean} */ displayMode) => {
    count++;
    // KaTeX has no measures of ½.
    const source = decode(text).replaceAll("½", "\\tfrac12 ");
    return katex.renderToString(source, { displayMode, throwOnError: true, strict: false });
  };
  const page = html
    .replace(/<span class="math notranslate nohighlight">\\\(([\s\S]*?)\\\)<\/span>/g, (_, text) =>
      drawn(text, false),
    )
    .replace(
      /<div tabindex="0" class="([^"]*\bmath\b[^"]*)"([^>]*)>([\s\S]*?)\\\[([\s\S]*?)\\\]<\/div>/g,
      (_, names, rest, before, text) =>
        `<div tabindex="0" class="${names}"${rest}>${before}${drawn(text, true)}</div>`,
    );
  if (count === 0) return html;
  return page.replace("</head>", `<link rel="stylesheet" href="${style}"></head>`);
}

/**
 * A page whose tables and formulas scroll by keys where they are wider than the page, and whose search button is called what
 * it shows.
 *
 * @param {string} html
 */
function reachableByKeys(html) {
  return html
    .replace(/<img (?![^>]*loading=)/g, '<img loading="lazy" ')
    .replaceAll('<div class="qatlab-table"', '<div class="qatlab-table" tabindex="0"')
    .replace(/<div class="([^"]*\bmath\b[^"]*)"/g, '<div tabindex="0" class="$1"')
    .replace(/(<button class="btn search-button-field[^>]*?)\s*aria-label="Search"/g, "$1");
}

/** @param {string} html */
function decode(html) {
  const signs = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'", "#x27": "'" };
  return html.replace(
    /&(lt|gt|amp|quot|#39|#x27);/g,
    (_, name) => signs[/** @type {keyof typeof signs} */ (name)],
  );
}

/** @param {string} folder */
const htmlIn = (folder) => filesEnding(folder, ".html");

/**
 * @param {string} folder
 * @param {string} ending
 */
export function filesEnding(folder, ending) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => join(parentPath, name));
}
