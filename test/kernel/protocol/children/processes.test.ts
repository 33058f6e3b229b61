import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import {
  descendants,
  now,
  parsePs,
  runs,
} from "../../../../src/kernel/protocol/children/processes.js";

it("the lines of ps tell a process's number, parent, group and start", () => {
  const at = 100_000_000;
  const text = "    1     0     1 01-02:03:04\n  812     1   812       00:07\n";
  expect(parsePs(text, at)).toEqual([
    { pid: 1, parent: 0, session: 1, start: at - 93_784_000 },
    { pid: 812, parent: 1, session: 812, start: at - 7000 },
  ]);
});

it.skipIf(process.platform === "win32")("a child is found until it has ended", async () => {
  const since = now();
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const found = descendants(since).find(({ pid }) => pid === child.pid);
  expect(found?.parent).toBe(process.pid);
  expect(descendants(since + 60_000)).toEqual([]);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(runs(found!)).toBe(false);
});
