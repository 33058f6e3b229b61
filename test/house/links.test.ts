import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { type Page, pages, root, withoutCode } from "./pages.js";

const all = new Map(pages().map((page) => [page.path, page]));

/** A heading's anchor, as GitHub and JupyterLab make it. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return plain.replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
}

/** The anchors of a page, the second of two equal headings with a number. */
function anchorsOf({ text }: Page): Set<string> {
  const seen = new Map<string, number>();
  const plain = text.replace(/^ *```[\s\S]*?^ *```$/gm, "");
  return new Set(
    [...plain.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
      const anchor = anchorOf(heading!.trim());
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

/** The faults in the links of a page that stay within the repository. */
function faultsIn(page: Page): string[] {
  const links = [...withoutCode(page.text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links
    .filter((link) => !/^(https?:|mailto:)/.test(link))
    .flatMap((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page.path : normalize(join(dirname(page.path), path));
      const own = target === page.path;
      if (!own && !existsSync(join(root, target))) return [`${page.path}: ${link} leads nowhere`];
      const known = own ? page : all.get(target);
      // A notebook's headings become anchors in each front end by other rules.
      if (!anchor || !known || target.endsWith(".ipynb")) return [];
      return anchorsOf(known).has(anchor) ? [] : [`${page.path}: ${link} has no such heading`];
    });
}

describe("The links of pages and notebooks", () => {
  it("lead to files and headings that there are", () => {
    expect(all.size).toBeGreaterThan(35);
    expect([...all.values()].flatMap(faultsIn)).toEqual([]);
  });

  it("to other sites name them whole, and no page names a registry's host", () => {
    const links = [...all.values()].flatMap(({ path, text }) =>
      [...withoutCode(text).matchAll(/\]\((https?:[^)\s]+)\)/g)].map(([, link]) => [path, link!]),
    );
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter(([, link]) => !URL.canParse(link!) || !/^https:/.test(link!))).toEqual([]);
  });

  it("are found out where they lead nowhere", () => {
    const text =
      "# A · `b`\n\n[x](nothing.md) [y](#a--b) [z](#a-c) [w](../README.md#what-there-isnt)";
    const faults = faultsIn({ path: "docs/none.md", text });
    expect(faults).toEqual([
      "docs/none.md: nothing.md leads nowhere",
      "docs/none.md: #a-c has no such heading",
      "docs/none.md: ../README.md#what-there-isnt has no such heading",
    ]);
  });
});

it("the README's picture moves, is small, and has a still one for those who want that", () => {
  const [moving, still] = ["recovery", "recovery-still"].map((name) =>
    readFileSync(`${root}docs/${name}.svg`, "utf8"),
  );
  const readme = readFileSync(`${root}README.md`, "utf8");
  const source =
    '<source media="(prefers-reduced-motion: reduce)" srcset="docs/recovery-still.svg">';
  expect(readme.indexOf(source)).toBeGreaterThan(0);
  expect(readme.indexOf('<img src="docs/recovery.svg"')).toBeGreaterThan(readme.indexOf(source));
  expect(moving).toContain("@keyframes");
  expect(still).not.toContain("@keyframes");
  expect(moving!.length).toBeLessThan(500_000);
});
