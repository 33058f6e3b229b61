import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { identity, isAlive, recordChild, withLock } from "../../scripts/setup/lock.mjs";
import { removeAll, temporaryFolder } from "./clone.js";

afterAll(removeAll);

describe("A lock", () => {
  it("lets one task run at a time", { tags: "slow" }, async () => {
    const lock = join(temporaryFolder(), "lock");
    let inside = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++inside);
      await sleep(10);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(lock, task, { poll: 1 })));
    expect(most).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  it("goes from process to process, with nothing left behind", { tags: "slow" }, async () => {
    const folder = temporaryFolder();
    const script = `
      import { appendFileSync, readFileSync } from "node:fs";
      import { withLock } from ${JSON.stringify(new URL("../../scripts/setup/lock.mjs", import.meta.url).href)};
      for (let i = 0; i < 25; i++) {
        await withLock("lock", async () => {
          const before = readFileSync("log", "utf8").length;
          appendFileSync("log", "(");
          if (readFileSync("log", "utf8").length !== before + 1) throw new Error("not alone");
          appendFileSync("log", ")");
        }, { poll: 0 });
      }`;
    writeFileSync(join(folder, "log"), "");
    const command = ["--input-type=module", "--eval", script];
    const ended = Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, command, { cwd: folder, stdio: "inherit" });
      return (await once(child, "exit"))[0];
    });
    expect(await Promise.all(ended)).toEqual([0, 0, 0, 0]);
    expect(readFileSync(join(folder, "log"), "utf8")).toBe("()".repeat(100));
    expect(readdirSync(folder)).toEqual(["log"]);
  });

  it("is released when the task throws", async () => {
    const lock = join(temporaryFolder(), "lock");
    await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(lock, async () => "free")).toBe("free");
  });

  it("names the process that holds it, once", async () => {
    const lock = join(temporaryFolder(), "lock");
    const owners: number[] = [];
    await withLock(lock, async () => {
      const second = withLock(lock, async () => {}, {
        onWait: ({ pid }) => owners.push(pid),
        poll: 1,
      });
      await sleep(20);
      expect(owners).toEqual([process.pid]);
      return { second };
    }).then(({ second }) => second);
    expect(owners).toHaveLength(1);
  });

  it("of a dead process is taken over by one of many, after the children left behind have ended", {
    tags: "slow",
  }, async () => {
    const lock = join(temporaryFolder(), "lock");
    const child = spawn("sleep", ["60"]);
    const orphan = identity(child.pid ?? 0);
    mkdirSync(lock);
    const dead = execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" });
    writeFileSync(join(lock, "owner.json"), JSON.stringify({ pid: Number(dead), started: "1" }));
    writeFileSync(join(lock, `child-${orphan.pid}`), orphan.started);
    let inside = 0;
    const task = async () => {
      expect(++inside).toBe(1);
      expect(isAlive(orphan)).toBe(false);
      await sleep(5);
      inside--;
    };
    const ended = once(child, "exit");
    await Promise.all(Array.from({ length: 5 }, () => withLock(lock, task, { poll: 1 })));
    await ended;
  });

  it("isn't held by another process that got the dead one's number", () => {
    expect(isAlive(identity(process.pid))).toBe(true);
    expect(isAlive({ pid: process.pid, started: "1" })).toBe(false);
  });

  it("remembers the children that run while it is held", async () => {
    const lock = join(temporaryFolder(), "lock");
    await withLock(lock, async () => {
      const forget = recordChild(process.pid);
      expect(existsSync(join(lock, `child-${process.pid}`))).toBe(true);
      forget();
      expect(existsSync(join(lock, `child-${process.pid}`))).toBe(false);
    });
  });
});
