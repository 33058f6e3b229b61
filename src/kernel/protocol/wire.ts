import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** A message's header, as the client sent it. */
export interface Header {
  msg_id: string;
  msg_type: string;
  session?: string;
  username?: string;
  date?: string;
  version?: string;
  [field: string]: unknown;
}

/** A message from a client. */
export interface Request {
  /** ZeroMQ routing prefix: the reply goes back with it. */
  identities: Buffer[];
  header: Header;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
}

/** A message to clients. `content` is an object, or JSON that another thread has already written. */
export interface Outgoing {
  type: string;
  parent: Header | null;
  content: object | string;
  metadata?: object;
  identities?: (Buffer | string)[];
}

export const protocolVersion = "5.5";
const delimiter = Buffer.from("<IDS|MSG>");

/**
 * Reads and writes messages as ZeroMQ frames and signs them.
 *
 * Source: Jupyter messaging specification, "The wire protocol". The signature is checked in
 * constant time before anything is parsed; an empty key means unsigned messages.
 */
export class Wire {
  readonly session = randomUUID();
  readonly #key: string;
  readonly #algorithm: string;

  /** @param scheme as in the connection file, e.g. `hmac-sha256` */
  constructor(key: string, scheme: string) {
    this.#key = key;
    this.#algorithm = scheme.replace(/^hmac-/, "");
    if (key !== "") createHmac(this.#algorithm, key); // an unknown scheme throws here
  }

  /** @throws Error if the frames are invalid; the caller drops the message */
  parse(frames: Buffer[]): Request {
    const border = frames.findIndex((frame) => frame.equals(delimiter));
    if (border < 0) throw new Error("invalid message: no delimiter <IDS|MSG>");
    const [signature, ...parts] = frames.slice(border + 1, border + 6);
    if (signature === undefined || parts.length < 4) {
      throw new Error(
        `invalid message: ${frames.length - border - 1} frames (expected border least 5)`,
      );
    }
    if (this.#key !== "" && !sameBytes(signature, Buffer.from(this.#sign(parts)))) {
      throw new Error("invalid signature");
    }
    const [header, , metadata, content] = parts.map(parseObject);
    if (typeof header!.msg_id !== "string" || typeof header!.msg_type !== "string") {
      throw new Error("invalid header: msg_id and msg_type have to be strings");
    }
    return {
      identities: frames.slice(0, border),
      header: header as Header,
      metadata: metadata!,
      content: content!,
    };
  }

  serialize({
    type,
    parent,
    content,
    metadata = {},
    identities = [],
  }: Outgoing): (Buffer | string)[] {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      version: protocolVersion,
    };
    const parts = [
      JSON.stringify(header),
      parent === null ? "{}" : JSON.stringify(parent),
      JSON.stringify(metadata),
      wellFormed(typeof content === "string" ? content : JSON.stringify(content)),
    ];
    return [...identities, delimiter, this.#key === "" ? "" : this.#sign(parts), ...parts];
  }

  #sign(parts: (Buffer | string)[]): string {
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function parseObject(json: Buffer): Record<string, unknown> {
  const value: unknown = JSON.parse(json.toString());
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("invalid message: a part is not a JSON object");
  }
  return value as Record<string, unknown>;
}

/**
 * Replaces lone surrogates by U+FFFD. `JSON.stringify` escapes them, Python reads them, and then
 * cannot write the notebook as UTF-8.
 */
function wellFormed(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replace(/\\\\|\\ud[89ab][0-9a-f]{2}|\\ud[c-f][0-9a-f]{2}/g, (match) =>
    match === "\\\\" ? match : "\\ufffd",
  );
}
