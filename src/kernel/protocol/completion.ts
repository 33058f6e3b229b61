import type { LiveKey } from "../cell/types.js";
import type { Completion, CompletionEntry } from "../compiler/types.js";
import type { CompilerClient } from "./compilerClient.js";
import type { MainClient } from "./mainClient.js";

/** How many milliseconds a completion waits for the main thread, which may be running a cell. */
const patience = 80;

/**
 * The content of a `complete_reply`: what the types know, and the keys of a live object where the types say nothing. While a
 * cell blocks the main thread, only what the types know.
 */
export async function complete(
  code: string,
  cursor: number,
  { compiler, main }: { compiler: CompilerClient; main: MainClient },
): Promise<object> {
  const completion = await compiler.call("complete", code, cursor);
  const { cursorStart, cursorEnd, receiver } = completion;
  const keys = receiver ? await main.keysOf(receiver, patience) : [];
  const typed = [...code].slice(cursorStart, cursor).join("");
  const entries = [...completion.entries, ...liveEntries(keys, typed, completion)];
  return {
    status: "ok",
    matches: entries.map(({ text }) => text),
    cursor_start: cursorStart,
    cursor_end: cursorEnd,
    metadata: { _jupyter_types_experimental: entries },
  };
}

function liveEntries(
  keys: LiveKey[],
  typed: string,
  { matches, cursorStart, cursorEnd }: Completion,
): CompletionEntry[] {
  const known = new Set(matches);
  const lower = typed.toLowerCase();
  return keys
    .filter(({ name }) => !known.has(name) && name.toLowerCase().startsWith(lower))
    .map(({ name, type }) => ({ text: name, type, start: cursorStart, end: cursorEnd }));
}
