import { readdirSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * A page of the book: a file of the clone, and its place in the book, without ending.
 *
 * @typedef {{ source: string, page: string }} Page
 */

/** The pages after the lessons, in the order in which the book lists them. */
const others = [
  ["docs/results.md", "results"],
  ["docs/glossary.md", "glossary"],
  ["docs/typescript-from-python.md", "typescript-from-python"],
  ["docs/setup.md", "setup"],
  ["docs/library.md", "library"],
  ["docs/limits.md", "limits"],
  ["docs/kernel.md", "kernel"],
  ["docs/site.md", "site"],
  ["docs/teaching.md", "teaching"],
  ["docs/recipes.md", "recipes"],
  ["CONTRIBUTING.md", "contributing"],
  ["ARCHITECTURE.md", "architecture"],
  ["CHANGELOG.md", "changelog"],
];

/**
 * @param {string} root The clone.
 * @returns {{ lessons: Page[], solutions: Page[], others: Page[] }}
 */
export function pagesOf(root) {
  const notebooks = (/** @type {string} */ folder, /** @type {string} */ below) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".ipynb"))
      .sort()
      .map((name) => ({ source: `${folder}/${name}`, page: `${below}/${name.slice(0, -6)}` }));
  return {
    lessons: notebooks("notebooks", "lessons"),
    solutions: notebooks("notebooks/solutions", "solutions"),
    others: others.map(([source, page]) => ({ source: String(source), page: String(page) })),
  };
}

/**
 * A page's text with its links turned to the book: a link to a file of the clone that is a page becomes a link to that page,
 * and one to another file of the clone becomes its text, since the site doesn't have that file. Addresses stay.
 *
 * @param {string} text Markdown.
 * @param {Page} from
 * @param {ReadonlyMap<string, string>} pages Files of the book by paths in the clone.
 */
export function linked(text, from, pages) {
  return text.replace(
    /(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g,
    (whole, image, label, target) => {
      if (/^([a-z]+:|#)/i.test(target)) return whole;
      const [path, anchor] = target.split("#");
      const source = posix.join(posix.dirname(from.source), decodeURI(path));
      const here = posix.dirname(from.page);
      if (image) return `![${label}](${posix.relative(here, `images/${posix.basename(source)}`)})`;
      const page = pages.get(source.replace(/\/$/, ""));
      if (page === undefined) return label;
      const kept = anchor && !page.startsWith("index.") ? `#${anchor}` : "";
      return `[${label}](${posix.relative(here, page)}${kept})`;
    },
  );
}
