import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError } from "../setup/error.mjs";
import { run } from "../setup/process.mjs";
import { buildBook } from "./book.mjs";
import { siteEnvironment } from "./environment.mjs";
import { writeFavicons } from "./favicon.mjs";
import { finish } from "./finish.mjs";
import { buildLanding } from "./landing.mjs";
import { buildLite } from "./lite.mjs";
import { addServiceWorker } from "./offline.mjs";
import { pagesOf } from "./pages.mjs";
import { buildReference } from "./reference.mjs";
import { isolation } from "./serve.mjs";

/** The file that marks a folder as a site of ours, which may be replaced. */
const mark = ".qatlab-site";

/**
 * Builds the site into a folder: the landing page, the book, the library's reference, and the lessons in JupyterLite. All of
 * its addresses are relative, so it works below any path of any host.
 *
 * @param {object} options
 * @param {string} options.root The clone, built.
 * @param {string} options.output
 * @param {boolean} [options.execute] Whether the lessons are executed anew (default `false`).
 * @param {boolean} [options.lite] Whether the lessons can be run in a tab (default `true`).
 * @param {(part: string) => void} [options.say] Is told of each part before it is made.
 * @throws {SetupError} If the folder holds something else
 */
export async function buildSite({ root, output, execute = false, lite = true, say = () => {} }) {
  checkOutput(output);
  mkdirSync(dirname(output), { recursive: true });
  const draft = mkdtempSync(join(dirname(output), ".qatlab-site-"));
  const work = mkdtempSync(join(tmpdir(), "qatlab-site-"));
  try {
    say("environment (set up at its first use)");
    const { python } = await siteEnvironment({ root, name: "book" });
    const executed = execute ? join(work, "executed") : undefined;
    if (executed) {
      say("lessons, executed anew");
      const program = join(root, "scripts", "qatlab.mjs");
      await run(process.execPath, [program, "run", join(root, "notebooks"), "--out", executed], {
        name: "qatlab run",
      });
    }
    say("landing page");
    await buildLanding({ root, output: draft, ...doors(lite) });
    say("reference");
    await buildReference({ root, output: join(draft, "reference") });
    say("book");
    const book = { output: join(draft, "book"), work: join(work, "book") };
    await buildBook({ root, ...book, python, executed });
    if (lite) {
      say("lessons in a tab");
      const folder = join(draft, "lite");
      await buildLite({ root, output: folder, ...lessonsOf(root) });
      const display = pathToFileURL(join(root, "dist", "display", "index.js")).href;
      writeFavicons(folder, (await import(display)).png);
      await addServiceWorker({ root, output: folder });
    }
    say("links and formulas");
    finish({ root, output: draft, lite });
    writeFileSync(join(draft, "_headers"), headers());
    // GitHub's pages leave out names that begin with a line unless they find this file.
    for (const file of [".nojekyll", mark]) writeFileSync(join(draft, file), "");
    rmSync(output, { recursive: true, force: true });
    renameSync(draft, output);
  } finally {
    for (const folder of [draft, work]) rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} output */
function checkOutput(output) {
  if (!existsSync(output)) return;
  const names = readdirSync(output);
  if (names.length === 0 || names.includes(mark)) return;
  throw new SetupError(`${output} holds files that aren't a site of qatlab's`, {
    hint: "Name another folder: --out FOLDER.",
  });
}

/**
 * The notebooks that run in a tab, their pictures, and the pages of the book that they link.
 *
 * @param {string} root
 */
export function lessonsOf(root) {
  const { lessons, solutions, others } = pagesOf(root);
  const contents = [...lessons, ...solutions].map(({ source }) => ({
    file: join(root, source),
    path: source.replace(/^notebooks\//, ""),
  }));
  const pictures = readdirSync(join(root, "docs")).filter((name) =>
    contents.some(({ file }) => readFileSync(file, "utf8").includes(`../docs/${name})`)),
  );
  for (const name of pictures.filter((name) => !name.endsWith(".md"))) {
    contents.push({ file: join(root, "docs", name), path: `docs/${name}` });
  }
  const pages = new Map(others.map(({ source, page }) => [source, `${page}.md`]));
  return { contents, pages: pages.set("README.md", "index.md") };
}

/**
 * The links of the landing page.
 *
 * @param {boolean} lite
 */
function doors(lite) {
  const first = "01-what-does-rounding-do.ipynb";
  const links = [
    { text: "Lessons", href: "book/index.html" },
    { text: "Results", href: "book/results.html" },
    { text: "Reference", href: "reference/index.html" },
    { text: "Kernel", href: "book/kernel.html" },
  ];
  const start = lite
    ? { text: "Run it in this tab", href: `lite/notebooks/index.html?path=${first}` }
    : { text: "Run it on your machine", href: "book/setup.html" };
  return { links, actions: [{ text: "Read the course", href: "book/index.html" }, start] };
}

/** The headers for hosts that read them from a file. */
function headers() {
  const lines = Object.entries(isolation).map(([name, value]) => `  ${name}: ${value}\n`);
  return `/*\n${lines.join("")}`;
}
