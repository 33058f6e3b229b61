import { advice, scheme } from "#door/train/recovery/place";
import { tf } from "../../tensorflow/index.js";

const folders = "file://";

/** @internal The contents of a checkpoint: plain data, and tensors in an order of the caller's. */
export interface Saved {
  data: unknown;
  tensors: tf.Tensor[];
}

/**
 * @internal
 * A place for one checkpoint, through tfjs's own handlers for saving models, which write to folders, and
 * in browsers to IndexedDB. Two files take turns, each with a digest of its content: a write that was
 * interrupted leaves the older one whole.
 */
export class CheckpointFile {
  readonly url: string;
  private written = 0;

  /** @param place a folder's path, or a URL of tfjs's such as `file:///home/me/run` */
  constructor(place: string) {
    if (typeof place !== "string" || place === "") {
      throw new TypeError(
        `invalid checkpoint: ${place} (expected a folder, as in { checkpoint: "runs/digits" })`,
      );
    }
    this.url = (/^[a-z0-9]+:\/\//i.test(place) ? place : scheme + place).replace(/\/+$/, "");
    if (tf.io.getSaveHandlers(this.url).length !== 1) {
      throw new Error(
        `invalid checkpoint: ${place} (TensorFlow.js can't save there${this.url.startsWith(folders) ? ": folders need native TensorFlow, see q.environment()" : '; expected a folder, as in "runs/digits"'})`,
      );
    }
  }

  /** Writes in the place of the older file. @throws Error if the file can't be written */
  async write({ data, tensors }: Saved): Promise<void> {
    const named = tensors.map((tensor, i) => ({ name: String(i), tensor }));
    const weights = await tf.io.encodeWeights(named);
    const text = JSON.stringify({ number: this.written + 1, data }, spelled);
    const url = `${this.url}/${this.written % 2}`;
    try {
      await makeFolders(this.url);
      const [handler] = tf.io.getSaveHandlers(url);
      await handler!.save!({
        modelTopology: {},
        format: "qatlab-checkpoint",
        weightSpecs: weights.specs,
        weightData: weights.data,
        userDefinedMetadata: { text, digest: await digest(text, weights.data) },
      });
    } catch (cause) {
      const why = (cause as Error).message.split("\n")[0];
      throw new Error(
        `the checkpoint ${url} can't be written: ${why} (the one before it is whole; ${advice})`,
        { cause },
      );
    }
    this.written++;
  }

  /** The newest whole checkpoint, if there is one; the caller disposes its tensors. */
  async read(): Promise<Saved | undefined> {
    const checkpoints = [await this.readTurn(0), await this.readTurn(1)].filter(
      (checkpoint) => checkpoint !== undefined,
    );
    checkpoints.sort((a, b) => b.number - a.number);
    const [newest, older] = checkpoints;
    tf.dispose(older?.tensors ?? []);
    this.written = newest?.number ?? 0;
    return newest;
  }

  private async readTurn(turn: number): Promise<(Saved & { number: number }) | undefined> {
    const file = this.url.startsWith(folders) ? "/model.json" : "";
    const [handler] = tf.io.getLoadHandlers(`${this.url}/${turn}${file}`);
    try {
      const { userDefinedMetadata, weightData, weightSpecs } = await handler!.load!();
      const { text, digest: written } = userDefinedMetadata as Record<string, string>;
      const bytes = weightData as ArrayBuffer;
      if ((await digest(text!, bytes)) !== written) return undefined;
      const weights = tf.io.decodeWeights(bytes, weightSpecs!);
      const tensors = weightSpecs!.map(({ name }) => weights[name]!);
      return { ...JSON.parse(text!, read), tensors };
    } catch {
      // The file is absent or cut off: the other file is whole, or no write was finished yet.
      return undefined;
    }
  }
}

/** Makes all folders of a path; tfjs's handler for folders makes the last folder only. */
async function makeFolders(url: string): Promise<void> {
  if (!url.startsWith(folders)) return;
  const parts = url.slice(folders.length).split("/");
  for (let end = 1; end <= parts.length; end++) {
    const path = parts.slice(0, end).join("/");
    if (path === "" || path === ".") continue;
    const [handler] = tf.io.getSaveHandlers(folders + path);
    await (handler as { createOrVerifyDirectory?(): Promise<void> }).createOrVerifyDirectory?.();
  }
}

/** Writes NaN and infinities as texts, since JSON has no numbers for them. */
function spelled(_: string, value: unknown): unknown {
  const odd = typeof value === "number" && !Number.isFinite(value);
  return odd ? { float: String(value) } : value;
}

function read(_: string, value: unknown): unknown {
  const text = (value as { float?: unknown } | null)?.float;
  return typeof text === "string" ? Number(text) : value;
}

/** SHA-256 of both, in hexadecimal. */
async function digest(text: string, data: ArrayBuffer): Promise<string> {
  const start = new TextEncoder().encode(text);
  const all = new Uint8Array(start.length + data.byteLength);
  all.set(start);
  all.set(new Uint8Array(data), start.length);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
