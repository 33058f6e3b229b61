import { describe, expect, it, vi } from "vitest";
import { broadcasts } from "../../../src/kernel/protocol/broadcast.js";
import { Publisher } from "../../../src/kernel/protocol/publisher.js";
import { Sender } from "../../../src/kernel/protocol/sender.js";
import { type Header, Wire } from "../../../src/kernel/protocol/wire.js";

function open() {
  const sent: { type: string; parent: string; content: any }[] = [];
  const socket = {
    async send(frames: unknown[]) {
      await new Promise((resolve) => setImmediate(resolve));
      const [header, parent, , content] = frames
        .slice(-4)
        .map((frame) => JSON.parse(String(frame)));
      sent.push({ type: header.msg_type, parent: parent.msg_id, content });
    },
  };
  let released = 0;
  const publisher = new Publisher(broadcasts(new Sender(socket), new Wire("", "")), (size) => {
    released += size;
  });
  return { sent, publisher, released: () => released };
}

const a: Header = { msg_id: "a", msg_type: "execute_request" };
const b: Header = { msg_id: "b", msg_type: "execute_request" };

describe("Publisher", () => {
  it("joins adjacent text of one stream of one cell", async () => {
    const { sent, publisher } = open();
    publisher.stream(a, "stdout", "1");
    publisher.stream(a, "stdout", "2");
    publisher.stream(a, "stderr", "3");
    publisher.stream(b, "stderr", "4");
    publisher.stream(b, "stderr", "5");
    await publisher.flushed();
    expect(sent.map(({ parent, content }) => [parent, content.name, content.text])).toEqual([
      ["a", "stdout", "12"],
      ["a", "stderr", "3"],
      ["b", "stderr", "45"],
    ]);
  });

  it("sends waiting text before any other message", async () => {
    const { sent, publisher } = open();
    publisher.stream(a, "stdout", "text");
    publisher.status(a, "idle");
    await publisher.flushed();
    expect(sent.map(({ type }) => type)).toEqual(["stream", "status"]);
  });

  it("sends text that nothing follows within 50 ms", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const { sent, publisher } = open();
      publisher.stream(a, "stdout", "text");
      await vi.advanceTimersByTimeAsync(50);
      vi.useRealTimers();
      await vi.waitFor(() => expect(sent).toHaveLength(1));
    } finally {
      vi.useRealTimers();
    }
  });

  it("doesn't let text grow without bounds, and releases each character once", async () => {
    const { sent, publisher, released } = open();
    for (let i = 0; i < 1000; i++) publisher.stream(a, "stdout", "x".repeat(1000));
    await publisher.flushed();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.map(({ content }) => content.text.length).reduce((x, y) => x + y)).toBe(1e6);
    expect(released()).toBe(1e6);
  });
});
