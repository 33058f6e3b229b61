import { EventEmitter } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { CompilerClient } from "../../../src/kernel/protocol/compilerClient.js";
import { startCompiler } from "../../../src/kernel/protocol/startCompiler.js";

const patience = 1000;

/** A client whose threads answer each call with its method, at once unless `silent`. */
function client({ silent = false } = {}) {
  const threads: (EventEmitter & { ended: boolean })[] = [];
  const start = () => {
    const events = new EventEmitter();
    const thread = Object.assign(events, {
      ended: false,
      postMessage: ({ id, method }: { id: number; method: string }) => {
        if (!silent) events.emit("message", { id, value: method });
      },
      terminate: async () => {
        thread.ended = true;
        events.emit("exit");
        return 0;
      },
    });
    threads.push(thread);
    return thread;
  };
  return { compiler: new CompilerClient(start, { patience }), threads };
}

describe("The compiler's thread", () => {
  it("has a heap of a gigabyte, since V8 collects a larger one so late that each cell adds to it", async () => {
    const thread = startCompiler({ cwd: ".", language: "typescript" });
    expect(thread.resourceLimits?.maxOldGenerationSizeMb).toBe(1024);
    await thread.terminate();
  });

  it("starts before anything is asked of it", () => {
    vi.useFakeTimers();
    expect(client().threads).toHaveLength(1);
    vi.useRealTimers();
  });

  it("is ended while no cell has run and nothing is asked, and started again by the next call", async () => {
    vi.useFakeTimers();
    const { compiler, threads } = client();
    vi.advanceTimersByTime(patience - 1);
    await compiler.call("isComplete", "1");
    vi.advanceTimersByTime(patience - 1);
    expect(threads[0]!.ended).toBe(false);
    vi.advanceTimersByTime(1);
    expect(threads[0]!.ended).toBe(true);
    expect(await compiler.call("complete", "a", 1)).toBe("complete");
    expect(threads.map(({ ended }) => ended)).toEqual([true, false]);
    vi.useRealTimers();
  });

  it("stays for ever once it has compiled a cell, whose names it knows", async () => {
    vi.useFakeTimers();
    const { compiler, threads } = client();
    await compiler.call("compile", "const a = 1", 1);
    await compiler.call("complete", "a", 1);
    vi.advanceTimersByTime(100 * patience);
    expect(threads.map(({ ended }) => ended)).toEqual([false]);
    vi.useRealTimers();
  });

  it("isn't ended while a call waits for its answer", async () => {
    vi.useFakeTimers();
    const { compiler, threads } = client({ silent: true });
    const answer = compiler.call("isComplete", "1");
    vi.advanceTimersByTime(2 * patience);
    expect(threads[0]!.ended).toBe(false);
    threads[0]!.emit("message", { id: 1, value: "late" });
    expect(await answer).toBe("late");
    vi.advanceTimersByTime(patience);
    expect(threads[0]!.ended).toBe(true);
    vi.useRealTimers();
  });

  it("that ends by itself fails the calls that wait, and all later ones", async () => {
    const { compiler, threads } = client({ silent: true });
    const waiting = compiler.call("compile", "1", 1);
    threads[0]!.emit("exit");
    await expect(waiting).rejects.toThrow("the compiler has ended: restart the kernel");
    await expect(compiler.call("compile", "1", 2)).rejects.toThrow("restart the kernel");
    expect(threads).toHaveLength(1);
  });
});
