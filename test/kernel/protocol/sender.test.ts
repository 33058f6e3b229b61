import { describe, expect, it } from "vitest";
import { Sender } from "../../../src/kernel/protocol/sender.js";

describe("Sender", () => {
  it("never starts a send before the last has ended, and keeps the order", async () => {
    let busy = false;
    const sent: unknown[] = [];
    const sender = new Sender({
      async send([frame]) {
        if (busy) throw Object.assign(new Error("busy"), { code: "EBUSY" });
        busy = true;
        await new Promise((resolve) => setImmediate(resolve));
        sent.push(frame);
        busy = false;
      },
    });
    await Promise.all(Array.from({ length: 600 }, (_, i) => sender.send([String(i)])));
    expect(sent).toEqual(Array.from({ length: 600 }, (_, i) => String(i)));
  });

  it("waits for a slow subscriber and loses nothing", async () => {
    let refusals = 5;
    const sent: unknown[] = [];
    const sender = new Sender({
      async send(frames) {
        if (refusals-- > 0) throw Object.assign(new Error("again"), { code: "EAGAIN" });
        sent.push(...frames);
      },
    });
    await sender.send(["a"]);
    await sender.send(["b"]);
    expect(sent).toEqual(["a", "b"]);
  });

  it("gives up on a subscriber that has stopped reading, until it reads again", async () => {
    const log: string[] = [];
    let stopped = true;
    const socket = {
      noDrop: true,
      async send([frame]: unknown[]) {
        if (stopped && this.noDrop) throw Object.assign(new Error("again"), { code: "EAGAIN" });
        log.push(`${frame} ${this.noDrop ? "kept" : "may be dropped"}`);
      },
    };
    const sender = new Sender(socket, { patience: 20 });
    await sender.send(["a"]);
    const impatient = new Promise((resolve) => setTimeout(resolve, 0, "waited"));
    expect(await Promise.race([sender.send(["b"]).then(() => "at once"), impatient])).toBe(
      "at once",
    );
    stopped = false;
    await sender.send(["c"]);
    expect(log).toEqual(["a may be dropped", "b may be dropped", "c kept"]);
  });

  it("lets a subscription be read, and its welcome go first", async () => {
    const sent: unknown[] = [];
    let waiting = true;
    const sender = new Sender(
      { send: async ([frame]) => void sent.push(frame) },
      { subscribing: () => waiting },
    );
    setImmediate(() => {
      waiting = false;
      sender.sendFirst(["welcome"]);
    });
    await Promise.all([sender.send(["busy"]), sender.send(["idle"])]);
    expect(sent).toEqual(["welcome", "busy", "idle"]);
  });

  it("goes on where a subscription is never read", async () => {
    const sent: unknown[] = [];
    const sender = new Sender(
      { send: async ([frame]) => void sent.push(frame) },
      { subscribing: () => true },
    );
    await sender.send(["busy"]);
    expect(sent).toEqual(["busy"]);
  });
});
