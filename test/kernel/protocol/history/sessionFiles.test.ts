import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dataFolder } from "../../../../src/kernel/protocol/history/dataFolder.js";
import { History } from "../../../../src/kernel/protocol/history/history.js";
import { SessionFiles } from "../../../../src/kernel/protocol/history/sessionFiles.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-history-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A kernel that has run these cells, each with its source as its result. */
async function kernel(...sources: string[]): Promise<History> {
  const history = new History(new SessionFiles(join(folder, "history")));
  sources.forEach((source, i) => {
    history.add(i + 1, source);
    history.setResult(i + 1, source);
  });
  await setImmediate();
  return history;
}

describe("The history across kernels", () => {
  it("has the cells of earlier sessions, with their results", async () => {
    await kernel("a", "b");
    await kernel("c");
    const third = await kernel("d");
    expect(third.find({ hist_access_type: "tail", n: 3, output: true })).toEqual([
      [1, 2, ["b", "b"]],
      [2, 1, ["c", "c"]],
      [3, 1, ["d", "d"]],
    ]);
    expect(third.find({ hist_access_type: "search", pattern: "?", n: 2 })).toHaveLength(2);
  });

  it("finds sessions by their number, and back from the current one", async () => {
    await kernel("a");
    await kernel("b");
    const third = await kernel("c");
    const range = (session: number) =>
      third.find({ hist_access_type: "range", session }).map(([, , source]) => source);
    expect([1, 2, 3, 0, -1, -2, -3, 9].map(range)).toEqual([
      ["a"],
      ["b"],
      ["c"],
      ["c"],
      ["b"],
      ["a"],
      [],
      [],
    ]);
  });

  it("counts back from a session that has run no cell yet", async () => {
    await kernel("a");
    const second = await kernel();
    expect(second.find({ hist_access_type: "range", session: -1 })).toEqual([[1, 1, "a"]]);
  });

  it("sees what a kernel that still runs has added", async () => {
    const [first, second] = [await kernel("a"), await kernel("b")];
    expect(second.find({ hist_access_type: "tail" })).toHaveLength(2);
    first.add(2, "later");
    await setImmediate();
    expect(second.find({ hist_access_type: "range", session: 1 })).toHaveLength(2);
  });

  it("is readable by the user only", { skip: process.platform === "win32" }, async () => {
    await kernel("a");
    expect(statSync(join(folder, "history")).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "history", "1.jsonl")).mode & 0o777).toBe(0o600);
  });

  it("gives kernels that start at once numbers of their own", async () => {
    const kernels = await Promise.all(Array.from({ length: 20 }, (_, i) => kernel(String(i))));
    const own = kernels.map((one) => one.find({ hist_access_type: "range", session: 0 })[0]?.[0]);
    expect(new Set(own).size).toBe(20);
  });

  it("leaves out a line that a crash has cut, and junk", async () => {
    await kernel("a");
    appendFileSync(join(folder, "history", "1.jsonl"), 'null\n7\n{"cell":"x"}\n{"cell":2,"sour');
    const second = await kernel("b");
    expect(second.find({ hist_access_type: "range", session: 1 })).toEqual([[1, 1, "a"]]);
  });

  it("is bounded by the number of sessions and by their bytes, and keeps counting", async () => {
    const begin = async (limits: { sessions?: number; bytes?: number }) => {
      const files = new SessionFiles(join(folder, "history"), limits);
      files.add({ cell: 1, source: "x".repeat(1000) });
      await setImmediate();
      return files.session;
    };
    for (let i = 1; i <= 6; i++) expect(await begin({ sessions: 4 })).toBe(i);
    expect(readdirSync(join(folder, "history")).sort()).toEqual(
      [3, 4, 5, 6].map((number) => `${number}.jsonl`),
    );
    expect(await begin({ bytes: 2100 })).toBe(7);
    expect(readdirSync(join(folder, "history")).sort()).toEqual(
      [5, 6, 7].map((number) => `${number}.jsonl`),
    );
  });

  it("keeps no enormous source, and the beginning of an enormous result", async () => {
    const first = await kernel("y".repeat(100_000));
    first.add(2, "b");
    first.setResult(2, "z".repeat(100_000));
    await setImmediate();
    const [entry, ...rest] = (await kernel()).find({ hist_access_type: "tail", output: true });
    expect(rest).toEqual([]);
    expect(entry?.[2][0]).toBe("b");
    expect(entry?.[2][1]).toHaveLength(8193);
  });

  it("lasts as long as its kernel where nothing can be written", async () => {
    writeFileSync(join(folder, "history"), "a file in the folder's place");
    const only = await kernel("a");
    expect(only.find({ hist_access_type: "tail" })).toEqual([[1, 1, "a"]]);
  });
});

describe("Jupyter's folder of data", () => {
  it("is the one that the environment names, or else the platform's", () => {
    expect(dataFolder({ JUPYTER_DATA_DIR: "/d" }, "linux")).toBe("/d");
    expect(dataFolder({ XDG_DATA_HOME: "/x" }, "linux")).toBe(join("/x", "jupyter"));
    expect(dataFolder({}, "linux")).toMatch(/\.local.share.jupyter$/);
    expect(dataFolder({ XDG_DATA_HOME: "/x" }, "darwin")).toMatch(/Library.Jupyter$/);
    expect(dataFolder({ APPDATA: "/roaming" }, "win32")).toBe(join("/roaming", "jupyter"));
  });
});
