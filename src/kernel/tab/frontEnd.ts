import { protocolVersion } from "../protocol/info.js";
import type { Transport } from "../protocol/publisher.js";
import type { Header, Outgoing, Request } from "../protocol/wire.js";

/** A message as JupyterLite carries it between the front end and a kernel. */
export interface FrontEndMessage {
  channel: string;
  header: Header;
  parent_header: Partial<Header>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers?: (ArrayBuffer | ArrayBufferView)[];
}

/** Sends messages to the front end: JupyterLite finds it by the session of the request. */
export function frontEnd(
  send: (message: FrontEndMessage) => void,
  channel: "iopub" | "shell" | "stdin",
): Transport {
  return {
    async send({ type, id, parent, content, metadata = {}, buffers = [] }: Outgoing) {
      const object = typeof content === "string" ? JSON.parse(content) : content;
      send({
        channel,
        header: {
          msg_id: id ?? newId(),
          msg_type: type,
          session: parent?.session ?? "",
          username: "kernel",
          date: new Date().toISOString(),
          version: protocolVersion,
        },
        parent_header: parent ?? {},
        metadata: metadata as Record<string, unknown>,
        content: object as Record<string, unknown>,
        buffers,
      });
    },
  };
}

/** A front end's message as the kernel's parts take it. */
export function asRequest(message: FrontEndMessage): Request {
  const { header, parent_header, metadata = {}, content, buffers = [] } = message;
  const bytes = buffers.map((buffer) =>
    ArrayBuffer.isView(buffer)
      ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
      : new Uint8Array(buffer),
  );
  const parent = (parent_header ?? {}) as Record<string, unknown>;
  return { identities: [], header, parent, metadata, content, buffers: bytes as never[] };
}

/** A new message's id; `crypto.randomUUID` is missing on pages that aren't served securely. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
