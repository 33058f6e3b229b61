import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { identity, isAlive, recordChild, withLock } from "../../scripts/setup/lock.mjs";
import { removeAll, temporaryFolder } from "./clone.js";

afterAll(removeAll);

describe("A lock", () => {
  it("lets one task run at a time", async () => {
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

  it("of a dead process is taken over by one of many, after the children left behind have ended", async () => {
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
