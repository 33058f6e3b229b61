import { expect, it } from "vitest";
import { type Receiving, receiveAll } from "../../../src/kernel/protocol/receive.js";

/** A socket that gives the listed frames, throws the listed errors, and is closed at the end of the list. */
function socket(events: (string | Error)[]): Receiving {
  const made = {
    closed: false,
    async receive() {
      const event = events.shift();
      made.closed = event === undefined;
      if (event === undefined || event instanceof Error) throw event ?? new Error("closed");
      return [Buffer.from(event)];
    },
  };
  return made;
}

it("a channel is read on after EAGAIN, after another error, and after an error of its reader", async () => {
  const again = Object.assign(new Error("again"), { code: "EAGAIN" });
  const taken: string[] = [];
  await receiveAll(socket(["a", again, "b", new Error("odd"), "c", "d"]), "hb", ([frame]) => {
    taken.push(String(frame));
    if (String(frame) === "c") throw new Error("the reader fails");
  });
  expect(taken).toEqual(["a", "b", "c", "d"]);
});
