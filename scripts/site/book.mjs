import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { run } from "../setup/process.mjs";
import { bundle } from "./bundle.mjs";
import { bookNotebook } from "./notebook.mjs";
import { linked, pagesOf } from "./pages.mjs";
import { plotlyFiles } from "./plotly.mjs";

/**
 * Makes the book: the lessons as their files have them, and the pages of docs/, by Sphinx.
 *
 * @param {object} options
 * @param {string} options.root The clone.
 * @param {string} options.output The book's folder.
 * @param {string} options.work A folder for the sources that Sphinx reads.
 * @param {string} options.python A Python that has Sphinx.
 * @param {string} [options.executed] A folder with lessons that were executed anew.
 */
export async function buildBook({ root, output, work, python, executed }) {
  rmSync(work, { recursive: true, force: true });
  const [source, extra] = [join(work, "source"), join(work, "extra")];
  const { lessons, solutions, others } = pagesOf(root);
  const all = [...lessons, ...solutions, ...others];
  const pages = new Map(all.map(({ source, page }) => [source, `${page}${extname(source)}`]));
  pages.set("README.md", "index.md");
  pages.set("notebooks", "index.md");
  for (const page of all) {
    const target = join(source, page.page);
    mkdirSync(dirname(target), { recursive: true });
    const file =
      executed && lessons.includes(page)
        ? join(executed, page.source.split("/").at(-1) ?? "")
        : join(root, page.source);
    const text = readFileSync(file, "utf8");
    if (page.source.endsWith(".md")) writeFileSync(`${target}.md`, linked(text, page, pages));
    else {
      const figures = join(extra, "figures");
      const notebook = bookNotebook(JSON.parse(text), page, { pages, figures });
      writeFileSync(`${target}.ipynb`, JSON.stringify(notebook));
    }
  }
  mkdirSync(join(source, "images"), { recursive: true });
  for (const name of readdirSync(join(root, "docs")).filter((name) => /\.(png|svg)$/.test(name))) {
    copyFileSync(join(root, "docs", name), join(source, "images", name));
  }
  writeFileSync(join(source, "index.md"), contents(root, { lessons, solutions, others }));
  cpSync(join(root, "scripts", "site", "book", "conf.py"), join(source, "conf.py"));
  const assets = join(source, "_static");
  cpSync(join(root, "scripts", "site", "book", "static"), assets, { recursive: true });
  copyFileSync(join(root, "src", "site", "landing", "favicon.svg"), join(assets, "favicon.svg"));
  for (const file of plotlyFiles(root)) copyFileSync(file, join(assets, basename(file)));
  await bundle({
    root,
    input: join(root, "src/site/book/figures.ts"),
    file: join(assets, "figures.js"),
  });
  rmSync(output, { recursive: true, force: true });
  const flags = ["-b", "html", "-j", "2", "-q", "-W", "--keep-going"];
  await run(python, ["-m", "sphinx", ...flags, "-d", join(work, "doctrees"), source, output], {
    name: "Sphinx",
    env: { QATLAB_BOOK_EXTRA: extra, PYTHONNOUSERSITE: "1" },
  });
}

/**
 * The book's first page: what the README's table says of each lesson, and the list of all pages.
 *
 * @param {string} root
 * @param {ReturnType<typeof pagesOf>} pages
 */
function contents(root, { lessons, solutions, others }) {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const rows = [
    ...readme.matchAll(/^\| (\d\d) \| \[([^\]]+)\]\(notebooks\/([^)]+)\.ipynb\) \| (.*?) \|$/gm),
  ];
  const table = rows.map(
    ([, number, title, file, question]) =>
      `| ${number} | [${title}](lessons/${file}.ipynb) | ${question} |`,
  );
  const tree = (
    /** @type {string} */ caption,
    /** @type {{ page: string }[]} */ pages,
    more = "",
  ) =>
    `\`\`\`{toctree}\n:hidden:\n:caption: ${caption}\n${more}\n${pages.map(({ page }) => page).join("\n")}\n\`\`\``;
  return `# The course

Quantization makes a network small and fast, and at few bits it breaks it. This course shows what breaks, why, and how training brings it back:
by experiments that you run, slide and change. Each number on these pages was measured; [the results](results.md) have them all, with
intervals.

| | Lesson | Its question |
|---|---|---|
${table.join("\n")}

The lessons build on each other, and each takes forty to fifty minutes. [Set up your machine](setup.md) to run them, or read on. Whoever
teaches them finds [a page for that](teaching.md).

${tree("Lessons", lessons)}

${tree("More", others.slice(0, 3))}

${tree("Tools", [
  { page: "The library's reference <https://reference.invalid>" },
  ...others.slice(3),
  { page: "Start page <https://start.invalid>" },
])}

${tree("Solutions", solutions, ":titlesonly:\n")}
`;
}
