import { describe, expect, it, vi } from "vitest";
import { TabStore } from "../../src/storage/index.js";

/** The texts of a browser that two tabs share, without IndexedDB. */
function browser(texts = new Map<string, string>()) {
  return {
    texts,
    open: async () => ({
      all: async () => new Map(texts),
      change: async (name: string, change: (text: string) => string) => {
        texts.set(name, change(texts.get(name) ?? ""));
      },
    }),
  };
}

describe("the texts that a tab keeps", () => {
  it("are there on the next visit", async () => {
    const { open } = browser();
    const first = new TabStore(open);
    first.change("notes", (text) => `${text}one\n`);
    expect(first.read("notes")).toBe("one\n");
    await first.flushed();
    const second = new TabStore(open);
    await second.opened;
    expect(second.read("notes")).toBe("one\n");
  });

  it("keep what was written before the browser's storage was open, behind what was there", async () => {
    const { open, texts } = browser(new Map([["notes", "old\n"]]));
    const store = new TabStore(open);
    store.change("notes", (text) => `${text}new\n`);
    await store.flushed();
    expect(store.read("notes")).toBe("old\nnew\n");
    expect(texts.get("notes")).toBe("old\nnew\n");
  });

  it("lose no line of another tab", async () => {
    const { open, texts } = browser();
    const tabs = [new TabStore(open), new TabStore(open)];
    await Promise.all(tabs.map((tab) => tab.opened));
    tabs.forEach((tab, i) => {
      tab.change("notes", (text) => `${text}${i}\n`);
    });
    await Promise.all(tabs.map((tab) => tab.flushed()));
    expect(texts.get("notes")!.split("\n").sort()).toEqual(["", "0", "1"]);
  });

  it("live as long as the tab where storage is forbidden or full, which is said once", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const full = browser();
    const noRoom = async () => ({
      ...(await full.open()),
      change: () => Promise.reject(new Error("quota exceeded")),
    });
    for (const open of [() => Promise.reject(new Error("forbidden")), noRoom]) {
      warn.mockClear();
      const store = new TabStore(open);
      store.change("notes", () => "a");
      store.change("notes", (text) => `${text}b`);
      await store.flushed();
      expect(store.read("notes")).toBe("ab");
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn.mock.calls[0]![0]).toContain("only as long as this tab lives");
    }
    warn.mockRestore();
  });
});
