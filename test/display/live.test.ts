import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { display } from "../../src/display/display.js";
import { LiveDisplay } from "../../src/display/live.js";
import { displaySymbol, earlySymbol } from "../../src/display/mime.js";
import { progress } from "../../src/display/progress.js";
import { installHost } from "../fixtures/host.js";

let kernel: ReturnType<typeof installHost>;

beforeEach(() => {
  kernel = installHost();
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  kernel.remove();
});

describe("LiveDisplay", () => {
  const counter = () => {
    const state = { count: 0 };
    const live = new LiveDisplay((final) => ({
      "text/plain": `${state.count}${final ? "." : ""}`,
    }));
    const count = () => {
      state.count++;
      live.touch();
    };
    return { live, count };
  };

  it("updates one display at most ten times a second, from a loop that never yields", () => {
    const { count, live } = counter();
    let now = 0; // only the clock moves: no timer gets its turn
    vi.spyOn(performance, "now").mockImplementation(() => now);
    for (; now < 1000; now++) count();
    expect(kernel.shown.length).toBeGreaterThanOrEqual(10);
    expect(kernel.shown.length).toBeLessThanOrEqual(11);
    expect(kernel.shown.map(({ update }) => update)).toEqual([
      false,
      ...Array(kernel.shown.length - 1).fill(true),
    ]);
    expect(new Set(kernel.shown.map(({ displayId }) => displayId))).toEqual(new Set([live.id]));
  });

  it("draws the final state when the cell ends", async () => {
    const { count } = counter();
    count();
    count();
    count();
    await kernel.endCell();
    expect(kernel.last()).toEqual({ "text/plain": "3." });
  });

  it("draws a state that no further change follows", () => {
    const { count } = counter();
    count();
    count();
    vi.advanceTimersByTime(100);
    expect(kernel.last()).toEqual({ "text/plain": "2" });
  });

  it("catches up with the host under which the state changed, not with one that came since", () => {
    const { count } = counter();
    count();
    count();
    const earlier = kernel;
    kernel = installHost();
    vi.advanceTimersByTime(1000);
    expect(earlier.last()).toEqual({ "text/plain": "2" });
    expect(kernel.shown).toEqual([]);
  });

  it("goes on in the next cell, and draws its final state again", async () => {
    const { count } = counter();
    count();
    await kernel.endCell();
    vi.advanceTimersByTime(200);
    count();
    count();
    await kernel.endCell();
    expect(kernel.last()).toEqual({ "text/plain": "3." });
  });

  it("never replaces a newer state by an older one whose image took its time", async () => {
    let finish: (bundle: object) => void = () => {};
    const states = ["old", "new"];
    const live = new LiveDisplay((final) => {
      if (final) return new Promise((resolve) => (finish = resolve as typeof finish));
      return { "text/plain": states.shift() ?? "none" };
    });
    live.touch();
    const ended = live.end();
    vi.advanceTimersByTime(200);
    live.touch();
    finish({ "text/plain": "old with image" });
    await ended;
    expect(kernel.shown.map(({ bundle }) => bundle["text/plain"])).not.toContain("old with image");
  });
});

describe("progress", () => {
  it("ends in a clean final state", () => {
    const bar = progress({ total: 4, label: "Training" });
    for (let i = 0; i < 4; i++) {
      vi.advanceTimersByTime(500);
      bar.tick(1, `loss ${i}`);
    }
    bar.done();
    expect(kernel.last()["text/plain"]).toBe(`Training ${"━".repeat(24)} 4/4 · 2.0 s · loss 3`);
    expect(kernel.last()["text/html"]).toContain('<progress value="1" max="1"');
  });

  it("says where it stopped when the cell ends first", async () => {
    const bar = progress({ total: 4 });
    bar.update(1);
    await kernel.endCell();
    expect(kernel.last()["text/plain"]).toMatch(/ stopped at 1\/4 · 0\.0 s$/);
  });

  it("estimates the time that is left", () => {
    const bar = progress({ total: 4 });
    vi.advanceTimersByTime(3000);
    bar.tick();
    expect(kernel.last()["text/plain"]).toMatch(/1\/4 · 3\.0 s · 9\.0 s left$/);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a total of %s", (total) => {
    expect(() => progress({ total })).toThrow(/invalid total: .* \(expected a whole number/);
  });
});

describe("display", () => {
  it("shows a value, and another in its place", () => {
    const handle = display(1);
    handle.update(2);
    expect(kernel.shown).toEqual([
      { bundle: { "text/plain": "1" }, displayId: handle.id, update: false },
      { bundle: { "text/plain": "2" }, displayId: handle.id, update: true },
    ]);
  });

  it("keeps the place of a value whose form takes time", async () => {
    const slow = {
      [displaySymbol]: async () => ({ "text/plain": "whole" }),
      [earlySymbol]: () => ({ "text/plain": "early" }),
    };
    display(slow);
    display("next");
    await kernel.endCell();
    expect(kernel.shown.map(({ bundle }) => bundle["text/plain"])).toEqual([
      "early",
      "'next'",
      "whole",
    ]);
    expect(kernel.shown[2]?.displayId).toBe(kernel.shown[0]?.displayId);
  });

  it("makes the whole form of the last of many updates only, in each cell anew", async () => {
    const made: number[] = [];
    const slow = (n: number) => ({
      [displaySymbol]: async () => {
        made.push(n);
        return { "text/plain": `whole ${n}` };
      },
      [earlySymbol]: () => ({ "text/plain": `early ${n}` }),
    });
    const handle = display(slow(0));
    for (let n = 1; n < 10; n++) handle.update(slow(n));
    await kernel.endCell();
    expect(made).toEqual([9]);
    expect(kernel.shown).toHaveLength(11);
    expect(kernel.last()["text/plain"]).toBe("whole 9");
    handle.update(slow(10));
    handle.update("done");
    await kernel.endCell();
    expect(made).toEqual([9]);
    expect(kernel.last()["text/plain"]).toBe("'done'");
  });
});
