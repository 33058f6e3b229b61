import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { iconFile } from "../../scripts/site/favicon.mjs";
import { withFormulas } from "../../scripts/site/finish.mjs";
import { iconStyle } from "../../scripts/site/icons.mjs";
import { bookNotebook } from "../../scripts/site/notebook.mjs";
import { linked, pagesOf } from "../../scripts/site/pages.mjs";
import { linkApi } from "../../scripts/site/reference.mjs";
import { png } from "../../src/display/index.js";
import { deadLinks } from "./links.mjs";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "qatlab-book-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { lessons, solutions, others } = pagesOf(root);
const all = [...lessons, ...solutions, ...others];
const pages = new Map(
  all.map(({ source, page }) => [source, page + source.slice(source.lastIndexOf("."))]),
);
const lesson = lessons.find(({ page }) => page.startsWith("lessons/06"))!;

describe("the pages of the book", () => {
  it("are all lessons with their solutions, and the pages of docs/", () => {
    expect(lessons.length).toBeGreaterThan(16);
    expect(solutions.length).toBe(lessons.length - 1);
    for (const { source } of all) expect(readFileSync(join(root, source), "utf8")).not.toBe("");
  });

  it("have no tab or form feed where a formula lost the backslash of its command", () => {
    const broken = [...lessons, ...solutions].filter(({ source }) => {
      const { cells } = JSON.parse(readFileSync(join(root, source), "utf8"));
      const texts = cells.filter(({ cell_type }: any) => cell_type === "markdown");
      return texts.some((cell: any) => /[\t\f\v]/.test([cell.source].flat().join("")));
    });
    expect(broken).toEqual([]);
  });

  it("lead to each other where the files do, and say the name of a file that the site hasn't", () => {
    const text =
      "[a](solutions/06-does-qat-recover.ipynb) [b](../docs/glossary.md#words) [c](../data/README.md) [d](https://e.org/x) ![e](../docs/kernel-types.png)";
    expect(linked(text, lesson, pages)).toBe(
      "[a](../solutions/06-does-qat-recover.ipynb) [b](../glossary.md#words) c [d](https://e.org/x) ![e](../images/kernel-types.png)",
    );
  });

  it("have figures as images that name what is drawn in their place", () => {
    const spec = { data: [], layout: { height: 300 } };
    const data = {
      "application/vnd.plotly.v1+json": spec,
      "image/svg+xml": '<svg width="640" height="300"></svg>',
      "text/plain": 'line "a" & b',
    };
    const cells = [
      { cell_type: "code", source: "", outputs: [{ output_type: "display_data", data }] },
    ];
    const book = bookNotebook({ cells }, lesson, { pages, figures: folder });
    const html = book.cells[0].outputs[0].data["text/html"];
    expect(html).toContain('data-spec="../figures/lessons-06-does-qat-recover-1.json"');
    expect(html).toContain('alt="line &quot;a&quot; &amp; b"');
    const name = "lessons-06-does-qat-recover-1";
    expect(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"))).toEqual(spec);
  });

  it("have their formulas drawn, with MathML for screen readers", () => {
    const page =
      '<head></head><span class="math notranslate nohighlight">\\(a &lt; \\hat x\\)</span><div tabindex="0" class="math notranslate nohighlight">\n\\[s\\]</div>';
    const drawn = withFormulas(page, "k.css");
    expect(drawn.match(/<math /g)).toHaveLength(2);
    expect(drawn).toContain('<link rel="stylesheet" href="k.css">');
    expect(drawn).not.toContain("\\(");
    expect(withFormulas("<head></head>no formula", "k.css")).toBe("<head></head>no formula");
  });

  it("have code that leads to the reference", () => {
    const token = (text: string, kind = "nx") => `<span class="${kind}">${text}</span>`;
    const dot = token(".", "p");
    const code = `${token("q")}${dot}${token("plot")}${dot}${token("board")} ${token("q")}${dot}${token("fit")} ${token("q")}${dot}${token("none")}`;
    const used: string[] = [];
    const names = new Map([
      ["plot.board", "functions/plot.board.html"],
      ["fit", "functions/fit.html"],
    ]);
    const html = linkApi(code, { names, base: "../r", onUse: (name) => used.push(name) });
    expect(used).toEqual(["plot.board", "fit"]);
    expect(html).toContain('<a class="api" href="../r/functions/plot.board.html">board</a>');
    expect(html).toContain('<a class="api" href="../r/functions/fit.html">fit</a>');
    expect(html.replace(/<[^>]*>/g, "")).toBe("q.plot.board q.fit q.none");
  });

  it("have the shapes of their icons, and no others", () => {
    const shapes = '{bars:[448,512,["navicon"],"f0c9","M0 96z"],"list-ul":[1,2,[],"f0ca","M1z"]}';
    const style = iconStyle(shapes, new Set(["bars", "solid"]));
    expect(style).toContain(".fa-bars{--shape:");
    expect(style).not.toContain("list-ul");
  });
});

describe("the site's icon", () => {
  it("is an icon file with one PNG of 32 pixels", () => {
    const icon = iconFile(png);
    expect([...icon.subarray(0, 8)]).toEqual([0, 0, 1, 0, 1, 0, 32, 32]);
    expect(icon.readUInt32LE(14)).toBe(icon.length - icon.readUInt32LE(18));
    expect(icon.subarray(23, 26).toString()).toBe("PNG");
  });
});

describe("the check of a site's links", () => {
  it("finds files and places that aren't there", () => {
    const site = mkdtempSync(join(folder, "site-"));
    writeFileSync(
      join(site, "index.html"),
      '<a href="b.html#here">1</a><a href="b.html#gone">2</a><img src="no.png"><a href="https://e.org">3</a>',
    );
    writeFileSync(join(site, "b.html"), '<p id="here"></p><a href="./">4</a>');
    expect(deadLinks(site)).toEqual([
      "index.html: b.html#gone (no such place)",
      "index.html: no.png",
    ]);
  });
});
