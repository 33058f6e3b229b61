import { beforeExit, isTerminal, print } from "#door/display/standardOutput";
import type { JupyterHost } from "./host.js";
import type { MimeBundle } from "./mime.js";

/** The display that stands at the bottom of the terminal, and its height in lines. */
let bottom: { displayId: string; lines: number } | undefined;

const tasks: (() => void | Promise<void>)[] = [];

/**
 * The host of a plain terminal, or of a file that a program's output is redirected to: it prints the text
 * form of each bundle. Updates rewrite their lines if the terminal can; elsewhere only the first and the
 * last state are of use, and {@link LiveDisplay} sends no others.
 */
export const terminalHost: JupyterHost = {
  name: "terminal",
  display(bundle, { displayId, update = false } = {}) {
    const text = textOf(bundle);
    if (text === undefined) return;
    const inPlace = update && isTerminal() && bottom?.displayId === displayId;
    const up = inPlace && bottom ? `\x1b[${bottom.lines}A\x1b[0J` : "";
    print(`${up}${text}\n`);
    bottom = displayId === undefined ? undefined : { displayId, lines: text.split("\n").length };
  },
  clear() {},
  signal: new AbortController().signal,
  beforeIdle(task) {
    if (tasks.length === 0) beforeExit(runTasks);
    tasks.push(task);
  },
};

async function runTasks(): Promise<void> {
  for (const task of tasks.splice(0)) {
    try {
      await task();
    } catch (error) {
      console.error(error);
    }
  }
}

function textOf(bundle: MimeBundle): string | undefined {
  const text = bundle["text/plain"];
  return typeof text === "string" && text !== "" ? text : undefined;
}
