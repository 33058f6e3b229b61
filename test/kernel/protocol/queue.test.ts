import { describe, expect, it, vi } from "vitest";
import { AbortableQueue } from "../../../src/kernel/protocol/abortableQueue.js";

describe("AbortableQueue", () => {
  it("works off one entry after the other", async () => {
    const log: string[] = [];
    const queue = new AbortableQueue<number>(async (n) => {
      log.push(`begin ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`end ${n}`);
    });
    queue.add(1);
    expect(queue.first).toBeUndefined();
    queue.add(2);
    expect(queue.first).toBe(2);
    await vi.waitFor(() => expect(log).toHaveLength(4), { interval: 5 });
    expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2"]);
  });

  it("gives back what waits and what is still arriving, and takes new entries after that", async () => {
    const worked: number[] = [];
    let taken: number[] = [];
    let arriving = 3;
    const queue: AbortableQueue<number> = new AbortableQueue(async (n) => {
      worked.push(n);
      if (n !== 1) return;
      taken = await queue.takeArrived(() => {
        if (arriving === 0) return false;
        queue.add(100 + arriving--);
        return true;
      });
    });
    queue.add(1);
    queue.add(2);
    await vi.waitFor(() => expect(taken).toEqual([2, 103, 102, 101]), { interval: 5 });
    queue.add(3);
    await vi.waitFor(() => expect(worked).toEqual([1, 3]), { interval: 5 });
  });
});
