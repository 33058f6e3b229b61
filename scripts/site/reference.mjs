import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { run } from "../setup/process.mjs";

const kinds = ["functions", "variables", "classes", "modules", "interfaces", "types"];

/**
 * Makes the reference of the library out of its docstrings.
 *
 * @param {{ root: string, output: string }} options
 */
export async function buildReference({ root, output }) {
  const typedoc = join(root, "node_modules", "typedoc", "bin", "typedoc");
  const flags = [
    "--excludeInternal",
    "--excludePrivate",
    "--disableSources",
    "--hideGenerator",
    "--skipErrorChecking",
  ];
  await run(
    process.execPath,
    [
      ...[typedoc, "--options", join(root, "scripts", "site", "book", "typedoc.json")],
      ...["--entryPoints", "src/index.ts", "--tsconfig", "tsconfig.build.json", "--out", output],
      ...["--readme", "none", "--name", "qatlab", "--logLevel", "Error", ...flags],
      ...["--customCss", join(root, "scripts", "site", "book", "reference.css")],
      ...["--favicon", join(root, "src", "site", "landing", "favicon.svg")],
    ],
    { name: "typedoc", cwd: root },
  );
}

/**
 * The reference's pages by the names of what they describe, as a reader writes them after `q.`.
 *
 * @param {string} reference The folder; without it there are no names.
 * @returns {Map<string, string>}
 */
export function namesOf(reference) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const kind of kinds) {
    const folder = join(reference, kind);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder)) {
      const name = file.replace(/\.html$/, "");
      if (!names.has(name)) names.set(name, `${kind}/${file}`);
    }
  }
  return names;
}

/**
 * A page whose code leads to the reference: `q.fit`, and `board` of `q.plot.board`.
 *
 * @param {string} html
 * @param {object} options
 * @param {ReadonlyMap<string, string>} options.names
 * @param {string} options.base The reference's address from this page.
 * @param {(name: string) => void} options.onUse Is told of each name that was found.
 */
export function linkApi(html, { names, base, onUse }) {
  const part = '<span class="p">\\.</span><span class="n[xb]?">(\\w+)</span>';
  const call = new RegExp(`<span class="nx">q</span>${part}(?:${part})?`, "g");
  return html.replace(call, (whole, first, second) => {
    const [long, short] = [`${first}.${second}`, String(first)];
    const name = second && names.has(long) ? long : short;
    const page = names.get(name);
    if (page === undefined) return whole;
    onUse(name);
    const word = name === long ? second : first;
    const at = name === long ? whole.lastIndexOf(`>${word}<`) : whole.indexOf(`>${word}<`);
    const link = `<a class="api" href="${base}/${page}">${word}</a>`;
    return `${whole.slice(0, at + 1)}${link}${whole.slice(at + 1 + word.length)}`;
  });
}

/**
 * Writes into the reference's pages in which lessons a name is used.
 *
 * @param {string} reference
 * @param {object} options
 * @param {ReadonlyMap<string, string>} options.names
 * @param {ReadonlyMap<string, ReadonlySet<string>>} options.uses Lessons, as pages of the book, by names.
 */
export function noteLessons(reference, { names, uses }) {
  for (const [name, lessons] of uses) {
    const page = String(names.get(name));
    const file = join(reference, page);
    const html = readFileSync(file, "utf8");
    const up = posix.relative(posix.dirname(page), "");
    const links = [...lessons].map((lesson) => {
      const number = /\d\d/.exec(lesson)?.[0];
      return `<a href="${up}/../book/${lesson}">${number}</a>`;
    });
    const note = `<p class="qatlab-lessons">Used in lessons ${links.join(", ")}</p>`;
    writeFileSync(file, html.replace("</h1>", `</h1>${note}`));
  }
}
