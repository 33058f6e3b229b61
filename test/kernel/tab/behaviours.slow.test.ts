import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Executed, resultOf, streamOf, Tab } from "./kernel.js";

interface Cell {
  code: string;
  answer?: string;
  error?: string;
  says?: string[];
  result?: string;
  silent?: boolean;
  stdout?: string;
  stderr?: string;
  displays?: string[];
}

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));
/** The tables that the kernel in Node is held to as well, by `test/kernel/run.py`. */
const behaviours: { title: string; cells: Cell[] }[] = read("behaviours.json");
const stopped: Record<
  string,
  { before: string[]; stopped: string; difference: string; onlyInNode?: boolean }
> = read("stopped.json");

let tab: Tab;
beforeAll(async () => {
  tab = await Tab.open();
});
afterAll(() => tab.close());

async function runCell(cell: Cell): Promise<Executed> {
  const header = tab.start(cell.code);
  if (cell.answer !== undefined) {
    const question = await tab.message(({ channel }) => channel === "stdin");
    tab.send("input_reply", { value: cell.answer, status: "ok" }, question.header);
  }
  return tab.finish(header);
}

function hold(cell: Cell, executed: Executed): void {
  const { content, messages } = executed;
  if (cell.error !== undefined) {
    expect(content.ename, cell.code).toBe(cell.error);
    const text = stripVTControlCharacters(content.traceback.join("\n"));
    for (const part of cell.says ?? []) expect(text).toContain(part);
  } else expect(content.status, content.evalue).toBe("ok");
  if (cell.result !== undefined) expect(resultOf(executed)).toBe(cell.result);
  if (cell.silent) expect(messages.slice(1)).toEqual([]);
  if (cell.stdout !== undefined) expect(streamOf(executed, "stdout")).toContain(cell.stdout);
  if (cell.stderr !== undefined) expect(streamOf(executed, "stderr")).toContain(cell.stderr);
  if (cell.displays !== undefined) {
    const displays = messages
      .filter(({ header }) => header.msg_type.endsWith("display_data"))
      .flatMap(({ header, content: { data } }) =>
        Object.entries(data as object).map(([mime, text]) => `${header.msg_type} ${mime} ${text}`),
      );
    expect(displays).toEqual(cell.displays);
  }
}

describe("the kernel in a tab", { timeout: 30_000 }, () => {
  it.each(behaviours)("does as in Node: $title", async ({ cells }) => {
    for (const cell of cells) hold(cell, await runCell(cell));
  });

  it.each(Object.entries(stopped).filter(([, { onlyInNode }]) => !onlyInNode))(
    "keeps, when it is interrupted, the value of %s",
    async (_, cell) => {
      for (const code of cell.before) expect((await tab.run(code)).content.status).toBe("ok");
      expect((await tab.runInterrupted(cell.stopped)).content.ename).toBe("KeyboardInterrupt");
      // A statement stands between the two counters: the stop may fall there.
      expect(["0", "1", "-1"]).toContain(resultOf(await tab.run(cell.difference)));
      expect(resultOf(await tab.run("pin.n > 0"))).toBe("true");
    },
  );

  it("completes, inspects and tells what is complete while a cell computes", async () => {
    await tab.run("class Layer { units = 3; build() {} } const layer = new Layer();");
    const busy = tab.runInterrupted.bind(tab);
    const header = tab.start("console.log('computing'); while (true) {}");
    await tab.message(({ content }) => content.text === "computing\n");
    const completion = await tab.ask("complete_request", { code: "layer.", cursor_pos: 6 });
    expect(completion.matches).toEqual(["build", "units"]);
    const inspection = await tab.ask("inspect_request", { code: "layer", cursor_pos: 3 });
    expect(inspection.data["text/plain"]).toContain("const layer: Layer");
    expect((await tab.ask("is_complete_request", { code: "if (a) {" })).status).toBe("incomplete");
    await tab.kernel.interrupt();
    expect((await tab.finish(header)).content.ename).toBe("KeyboardInterrupt");
    expect((await busy("await new Promise(() => {})")).content.ename).toBe("KeyboardInterrupt");
  });

  it("lets an interrupted cell clean up, and silences its timers", async () => {
    const ended = await tab.runInterrupted(
      "let cleaned = 0; setTimeout(() => { cleaned = 9; }, 300); try { await new Promise(() => {}); } finally { cleaned += 1; }",
    );
    expect(ended.content.ename).toBe("KeyboardInterrupt");
    await tab.run("await new Promise((resolve) => setTimeout(resolve, 400))");
    expect(resultOf(await tab.run("cleaned"))).toBe("1");
  });

  it("aborts the cells that wait behind one that fails", async () => {
    const failing = tab.start(
      "await new Promise((r) => setTimeout(r, 20)); throw new Error('no');",
    );
    const waiting = tab.start("'never'");
    expect((await tab.finish(failing)).content.ename).toBe("Error");
    expect((await tab.finish(waiting)).content.status).toBe("aborted");
    expect(resultOf(await tab.run("'goes on'"))).toBe("'goes on'");
  });

  it("refuses by name what a tab hasn't got, with what to do", async () => {
    for (const [code, words] of [
      ["import fs from 'node:fs';", "browser tab, which has nothing of Node's"],
      ["%types off\nimport fs from 'node:fs';", 'cannot find "node:fs"'],
      ["%types error\n!ls", "a browser tab starts no processes"],
      ["%npm install x", "npx qatlab start"],
      ["%cd ..", "a browser tab has none"],
    ]) {
      const { content } = await tab.run(code!);
      expect(content.status, code).toBe("error");
      expect(stripVTControlCharacters(content.traceback.join("\n"))).toContain(words);
    }
  });

  it("waits for the reader's answer within a line, and stops waiting at an interrupt", async () => {
    const asked = async (code: string, value: string) => {
      const header = tab.start(code);
      const { header: question } = await tab.message(
        ({ channel, parent_header }) =>
          channel === "stdin" && parent_header.msg_id === header.msg_id,
      );
      tab.send("input_reply", { value, status: "ok" }, question);
      return tab.finish(header);
    };
    expect(resultOf(await asked("prompt('Name?')", "Grüße, 世界"))).toBe("'Grüße, 世界'");
    expect(resultOf(await asked("prompt('Name?', 'Ada')", ""))).toBe("'Ada'");
    expect(resultOf(await asked("confirm('Sure?')", "y"))).toBe("true");
    const long = await asked("prompt('Much?')", "x".repeat(70_000));
    expect(long.content.evalue).toContain("more than 64 kB");
    const stopped = await tab.runInterrupted("alert('Wait'); 1");
    expect(stopped.content.ename).toBe("KeyboardInterrupt");
  });

  it("says, where a page isn't isolated, that a cell without a pause can't be stopped", async () => {
    const plain = await Tab.open({ isolated: false });
    try {
      const code = "const end = Date.now() + 3000; while (Date.now() < end) {}; 'ended'";
      const ended = await plain.runInterrupted(code);
      expect(streamOf(ended, "stderr")).toContain("restart the kernel (Kernel → Restart Kernel)");
      const asking = await plain.run("prompt('Name?')");
      expect(asking.content.evalue).toContain("use: const answer = await input");
      const waiting = await plain.runInterrupted("await new Promise(() => {})");
      expect(waiting.content.ename).toBe("KeyboardInterrupt");
    } finally {
      plain.close();
    }
  });
});
