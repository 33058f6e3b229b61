import { describe, expect, it } from "vitest";
import { lessonFile } from "../../scripts/site/offered.mjs";
import { startAfresh } from "../../src/site/lessons/afresh.js";
import { endedBadly } from "../../src/site/lessons/crash.js";
import type { Context, NotebookContent } from "../../src/site/lessons/host.js";
import { originOf } from "../../src/site/lessons/lesson.js";
import { words } from "../../src/site/lessons/words.js";

const notebook = (...sources: string[]): NotebookContent => ({
  cells: sources.map((source) => ({ cell_type: "code", source, metadata: {} })),
  metadata: {},
});
const served = notebook("1 + 1");
const now = new Date(2026, 10, 30, 15, 4, 5);

/** An opened notebook with the reader's cells, over files that note each change. */
function opened(mine: NotebookContent, { full = false } = {}) {
  const done: string[] = [];
  const context = {
    path: "06-does-qat-recover.ipynb",
    model: { dirty: false, toJSON: () => mine, setMetadata() {} },
    ready: Promise.resolve(),
    save: async () => {},
    revert: async () => void done.push("revert"),
  } satisfies Context;
  const contents = {
    async save(path: string, { content }: { content?: unknown }) {
      if (full) throw new DOMException("the quota is exceeded", "QuotaExceededError");
      expect(content).toBe(mine);
      done.push(`save ${path}`);
    },
    delete: async (path: string) => void done.push(`delete ${path}`),
  };
  return { done, start: () => startAfresh(context, contents, { served, now }) };
}

describe("starting a lesson afresh", () => {
  it("keeps the reader's copy under another name before anything is deleted", async () => {
    const { done, start } = opened(notebook("1 + 2"));
    const copy = "06-does-qat-recover (mine, 2026-11-30 15.04.05).ipynb";
    expect(await start()).toBe(copy);
    expect(done).toEqual([`save ${copy}`, "delete 06-does-qat-recover.ipynb", "revert"]);
  });

  it("keeps no copy whose cells are those of the site", async () => {
    const { done, start } = opened({
      ...served,
      metadata: { executed: true },
      cells: served.cells.map((cell) => ({ ...cell, source: [cell.source].flat() })),
    });
    expect(await start()).toBeUndefined();
    expect(done).toEqual(["delete 06-does-qat-recover.ipynb", "revert"]);
  });

  it("changes nothing where the copy can't be kept", async () => {
    const { done, start } = opened(notebook("1 + 2"), { full: true });
    await expect(start()).rejects.toThrow("quota");
    expect(done).toEqual([]);
  });
});

describe("the page's notices", () => {
  it("fit into the characters that JupyterLab shows", () => {
    const kept = words.kept("06-does-qat-recover (mine, 2026-11-30 15.04.05).ipynb");
    for (const text of [
      words.changed,
      words.crashed,
      words.updated,
      words.notKept,
      words.unreached,
      kept,
    ]) {
      expect(text.length, text).toBeLessThanOrEqual(140);
    }
  });
});

describe("a page that the browser ended", () => {
  /** A tab's pages, which share its session. */
  const tab = () => {
    const session = new Map<string, string>();
    const sessionStorage = {
      getItem: (key: string) => session.get(key) ?? null,
      setItem: (key: string, value: string) => void session.set(key, value),
      removeItem: (key: string) => void session.delete(key),
    };
    return () => {
      const page = Object.assign(new EventTarget(), { sessionStorage });
      return { bad: endedBadly(page as unknown as Window), page };
    };
  };

  it("is told to the reader, and one that was left is not", () => {
    const open = tab();
    const first = open();
    first.page.dispatchEvent(new Event("pageshow"));
    first.page.dispatchEvent(new Event("pagehide"));
    const second = open();
    expect([first.bad, second.bad]).toEqual([false, false]);
    expect(open().bad).toBe(true);
  });
});

describe("a lesson's file in a tab", () => {
  const pages = new Map([
    ["docs/glossary.md", "glossary.md"],
    ["README.md", "index.md"],
  ]);
  const markdown = (source: string) => ({
    cells: [{ cell_type: "markdown", source, metadata: {} }],
    metadata: {},
  });
  const linked = (source: string) =>
    lessonFile(markdown(source), "00-check.ipynb", pages).cells[0].source;

  it("leads to the book's pages, and to notebooks and pictures as before", () => {
    expect(linked("[G](../docs/glossary.md)")).toBe("[G](https://course.invalid/glossary.html)");
    expect(linked("[C](../README.md#the-course)")).toBe("[C](https://course.invalid/index.html)");
    const kept = "![P](../docs/recovery.svg) [N](solutions/01.ipynb) [W](https://a.b/c) [A](#a)";
    expect(linked(kept)).toBe(kept);
    expect(linked("see [limits](../docs/limits.md)")).toBe("see limits");
  });

  it("has whole texts, which JupyterLite doesn't put together", () => {
    const data = { "text/markdown": ["# A\n", "b"], "application/json": ["c"], "image/png": "d" };
    const code = { cell_type: "code", source: ["1\n", "2"], metadata: {} };
    const outputs = [{ output_type: "display_data", data }, { text: ["e\n", "f"] }];
    const file = lessonFile({ cells: [{ ...code, outputs }], metadata: {} }, "01.ipynb", pages);
    expect(file.cells[0].source).toBe("1\n2");
    expect(file.cells[0].outputs).toEqual([
      {
        output_type: "display_data",
        data: { "text/markdown": "# A\nb", "application/json": ["c"], "image/png": "d" },
      },
      { text: "e\nf" },
    ]);
  });

  it("says from which text a copy is begun: another text, another digest", () => {
    const digest = (source: string) =>
      originOf(lessonFile(notebook(source), "01.ipynb", pages) as NotebookContent);
    expect(digest("1")).toMatch(/^[0-9a-f]{16}$/);
    expect(digest("1")).toBe(digest("1"));
    expect(digest("1")).not.toBe(digest("2"));
    expect(originOf(notebook("1"))).toBeUndefined();
  });
});
