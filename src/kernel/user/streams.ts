import { Console } from "node:console";
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "../messages.js";
import { type CellContext, redirection } from "./context.js";
import { redirectDescriptorWrites } from "./descriptorWrites.js";
import type { Output } from "./output.js";

/** Finds the cell whose code is running: see {@link import("./executor.js").Executor.owner}. */
export type FindOwner = () => CellContext | null;

/**
 * Sends the text that a cell writes to `process.stdout`, `process.stderr` and `console` to that cell's
 * output. The output of native code and child processes comes another way: see
 * {@link import("../descriptors.js").captureDescriptors}.
 *
 * `console` is replaced by one that only writes: Node's global `console` also informs the inspector, which
 * would keep the last thousand logged objects alive.
 */
export function redirectStreams(output: Output, owner: FindOwner): void {
  for (const name of ["stdout", "stderr"] as const) redirect(name, output, owner);
  redirectDescriptorWrites();
  globalThis.console = new Console(process.stdout, process.stderr);
  // Node's own clears terminals only.
  console.clear = () => {
    const context = owner();
    const sink = redirection.getStore();
    if (sink) sink.clear();
    else if (context !== null) output.post({ type: "clear", run: context.run, wait: false });
  };
}

function redirect(name: StreamName, output: Output, owner: FindOwner): void {
  const stream = process[name];
  const original = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  // A character's bytes may be spread over writes.
  const decoders = new WeakMap<CellContext, StringDecoder>();

  function write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const context = owner();
    if (context === null) return original(chunk, encoding, callback);
    let text: string;
    if (typeof chunk === "string") text = chunk;
    else if (chunk instanceof Uint8Array) {
      let decoder = decoders.get(context);
      if (decoder === undefined) {
        decoder = new StringDecoder("utf8");
        decoders.set(context, decoder);
      }
      text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    } else return original(chunk, encoding, callback); // Node throws the right error for an invalid chunk
    const sink = redirection.getStore();
    if (sink) sink.stream(name, text);
    else output.stream(context.run, name, text);
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  }
  stream.write = write as typeof stream.write;
}
