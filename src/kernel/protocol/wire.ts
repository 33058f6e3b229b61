import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { Digests } from "./digests.js";
import { protocolVersion } from "./info.js";

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
  /** The header of the message that this one answers; empty if there is none. */
  parent: Record<string, unknown>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  /** The binary frames after the content. The protocol doesn't sign them. */
  buffers: Buffer[];
}

/** A message to clients. `content` is an object, or JSON that another thread has already written. */
export interface Outgoing {
  type: string;
  /** The message's id (default: a new one). */
  id?: string;
  parent: Header | null;
  content: object | string;
  metadata?: object;
  identities?: (Buffer | string)[];
  /** Binary frames that follow the content, unsigned. */
  buffers?: Uint8Array[];
}

const delimiter = Buffer.from("<IDS|MSG>");

/** The most routing frames before the delimiter: a ROUTER socket adds one, and each proxy another. */
const hops = 8;
/**
 * The most bytes of a header. Every reply and broadcast repeats its parent's header, so it has to be short,
 * and shallow enough to be written again.
 */
const headerLimit = 8192;

/**
 * Reads and writes messages as ZeroMQ frames and signs them.
 *
 * Source: Jupyter messaging specification, "The wire protocol". The signature is checked in
 * constant time before anything is parsed or kept, and a signature that has come before is refused. An empty
 * key means unsigned messages.
 */
export class Wire {
  readonly session = randomUUID();
  readonly #key: string;
  readonly #algorithm: string;
  readonly #digests = new Digests();

  /** @param scheme as in the connection file, e.g. `hmac-sha256` */
  constructor(key: string, scheme: string) {
    this.#key = key;
    this.#algorithm = scheme.replace(/^hmac-/, "");
    if (key !== "") createHmac(this.#algorithm, key); // an unknown scheme throws here
  }

  /** @throws Error if the frames are invalid; the caller drops the message */
  parse(frames: Buffer[]): Request {
    const border = findDelimiter(frames);
    if (border < 0) throw new Error("invalid message: no delimiter <IDS|MSG>");
    if (frames.length < border + 6) {
      throw new Error(
        `invalid message: ${frames.length - border - 1} frames after the delimiter (expected a signature, header, parent header, metadata and content)`,
      );
    }
    const signature = frames[border + 1]!;
    const parts = frames.slice(border + 2, border + 6);
    if (this.#key !== "") {
      const expected = this.#sign(parts);
      if (!sameBytes(signature, Buffer.from(expected))) throw new Error("invalid signature");
      if (!this.#digests.add(expected)) {
        throw new Error("invalid signature: the same message has come before");
      }
    }
    if (parts[0]!.length > headerLimit) {
      throw new Error(
        `invalid header: ${parts[0]!.length} bytes (expected at most ${headerLimit})`,
      );
    }
    const [header, parent, metadata, content] = parts.map(parseObject);
    if (typeof header!.msg_id !== "string" || typeof header!.msg_type !== "string") {
      throw new Error("invalid header: msg_id and msg_type have to be strings");
    }
    return {
      identities: frames.slice(0, border),
      header: header as Header,
      parent: parent!,
      metadata: metadata!,
      content: content!,
      buffers: frames.slice(border + 6),
    };
  }

  serialize({
    type,
    id = randomUUID(),
    parent,
    content,
    metadata = {},
    identities = [],
    buffers = [],
  }: Outgoing): (Uint8Array | string)[] {
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      version: protocolVersion,
    };
    const parts = [
      JSON.stringify(header),
      parent === null ? "{}" : wellFormed(JSON.stringify(parent)),
      wellFormed(JSON.stringify(metadata)),
      wellFormed(typeof content === "string" ? content : JSON.stringify(content)),
    ];
    const signature = this.#key === "" ? "" : this.#sign(parts);
    return [...identities, delimiter, signature, ...parts, ...buffers];
  }

  #sign(parts: (Buffer | string)[]): string {
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

/** Looks at the first frames only: whoever sends a million of them has signed nothing yet. */
function findDelimiter(frames: Buffer[]): number {
  const end = Math.min(frames.length, hops + 1);
  for (let at = 0; at < end; at++) if (frames[at]!.equals(delimiter)) return at;
  return -1;
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
