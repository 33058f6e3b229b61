import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Wire } from "../../../src/kernel/protocol/wire.js";

const key = "a key";
const header = { msg_id: "1", msg_type: "kernel_info_request" };

function frames(parts: string[], { key: by = key, identities = ["client"] } = {}): Buffer[] {
  const hmac = createHmac("sha256", by);
  for (const part of parts) hmac.update(part);
  return [...identities, "<IDS|MSG>", hmac.digest("hex"), ...parts].map((part) =>
    Buffer.from(part),
  );
}

describe("Wire", () => {
  const wire = new Wire(key, "hmac-sha256");

  it("reads a signed message with its identities", () => {
    const parts = [JSON.stringify(header), "{}", '{"m":1}', '{"c":2}'];
    const request = wire.parse(frames(parts, { identities: ["a", "b"] }));
    expect(request.identities.map(String)).toEqual(["a", "b"]);
    expect(request.header).toEqual(header);
    expect(request.metadata).toEqual({ m: 1 });
    expect(request.content).toEqual({ c: 2 });
  });

  it("checks the signature before it parses anything", () => {
    expect(() => wire.parse(frames(["no json", "{}", "{}", "{}"], { key: "another" }))).toThrow(
      "invalid signature",
    );
    expect(() => wire.parse(frames(["no json", "{}", "{}", "{}"]))).toThrow("JSON");
  });

  it("refuses a signature of another length, and one over changed content", () => {
    const signed = frames([JSON.stringify(header), "{}", "{}", '{"a":1}']);
    const short = signed.with(2, Buffer.from("00"));
    expect(() => wire.parse(short)).toThrow("invalid signature");
    expect(() => wire.parse(signed.with(6, Buffer.from('{"code":"evil"}')))).toThrow(
      "invalid signature",
    );
  });

  it("refuses frames without delimiter, too few frames and parts that are no objects", () => {
    expect(() => wire.parse([Buffer.from("x")])).toThrow("no delimiter");
    expect(() => wire.parse(frames(["{}"]))).toThrow("invalid message: 2 frames");
    expect(() => wire.parse(frames(["[]", "{}", "{}", "{}"]))).toThrow("not a JSON object");
    const distant = frames([JSON.stringify(header), "{}", "{}", "{}"], {
      identities: Array<string>(9).fill("hop"),
    });
    expect(() => wire.parse(distant)).toThrow("no delimiter");
    expect(() => wire.parse(frames(["{}", "{}", "{}", "{}"]))).toThrow("invalid header");
  });

  it("refuses a message that has come before, under other addresses too", () => {
    const parts = [JSON.stringify({ ...header, msg_id: "once" }), "{}", "{}", "{}"];
    wire.parse(frames(parts));
    const again = frames(parts, { identities: ["another"] });
    expect(() => wire.parse(again)).toThrow("the same message has come before");
    // A forged message doesn't use up the signature of a later one.
    const later = frames([JSON.stringify({ ...header, msg_id: "later" }), "{}", "{}", "{}"]);
    expect(() => wire.parse(later.with(6, Buffer.from('{"code":"evil"}')))).toThrow("signature");
    expect(wire.parse(later).header.msg_id).toBe("later");
  });

  it("refuses a header that is too long to be repeated in every answer", () => {
    const deep = `{"msg_id":"1","msg_type":"a","x":${"[".repeat(5000)}${"]".repeat(5000)}}`;
    expect(() => wire.parse(frames([deep, "{}", "{}", "{}"]))).toThrow(
      "invalid header: 10034 bytes (expected at most 8192)",
    );
  });

  it("keeps the frames after the content, and writes them unsigned", () => {
    const buffers = [Buffer.from([0, 255]), Buffer.from("<IDS|MSG>")];
    const message = { type: "comm_msg", parent: null, content: {} };
    const written = wire.serialize({ ...message, buffers });
    expect(written.slice(-2)).toEqual(buffers);
    const read = wire.parse(written.map((frame) => Buffer.from(frame as string)));
    expect(read.buffers).toEqual(buffers);
    expect(wire.parse(frames([JSON.stringify(header), "{}", "{}", "{ }"])).buffers).toEqual([]);
  });

  it("writes what it reads", () => {
    const written = wire.serialize({
      type: "status",
      parent: header,
      content: { execution_state: "busy" },
      metadata: { m: 1 },
      identities: ["topic"],
    });
    const read = wire.parse(written.map((frame) => Buffer.from(frame as string)));
    expect(read.header).toMatchObject({ msg_type: "status", version: "5.5", username: "kernel" });
    expect(read.content).toEqual({ execution_state: "busy" });
    expect(read.metadata).toEqual({ m: 1 });
  });

  it("takes content that is JSON already, and replaces lone surrogates in it", () => {
    const content = JSON.stringify({ text: "\ud83d and \\ud83d and \u{1f600} and \udc00" });
    const written = wire.serialize({ type: "stream", parent: null, content });
    expect(JSON.parse(String(written.at(-1)))).toEqual({
      text: "\ufffd and \\ud83d and \u{1f600} and \ufffd",
    });
    const parent = { ...header, msg_id: "\ud83d" };
    const [, , , answered] = wire.serialize({ type: "status", parent, content: {} });
    expect(JSON.parse(String(answered)).msg_id).toBe("\ufffd");
  });

  it("neither signs nor checks with an empty key", () => {
    const open = new Wire("", "hmac-sha256");
    const written = open.serialize({ type: "status", parent: null, content: {} });
    expect(written[1]).toBe("");
    expect(open.parse(written.map((frame) => Buffer.from(frame as string))).content).toEqual({});
  });

  it("refuses a signature scheme that doesn't exist", () => {
    expect(() => new Wire(key, "hmac-rot13")).toThrow();
  });
});
