import type { JupyterHost } from "./host.js";
import type { MimeBundle } from "./mime.js";

/** The display that stands at the bottom of the terminal, and its height in lines. */
let bottom: { displayId: string; lines: number } | undefined;

const tasks: (() => void | Promise<void>)[] = [];

/**
 * A plain terminal, or a file that a program's output is redirected to: the text form of each bundle.
 * Updates rewrite their lines where the terminal can; elsewhere only the first and the last state
 * are of use, and {@link LiveDisplay} sends no others.
 */
export const terminalHost: JupyterHost = {
  name: "terminal",
  display(bundle, { displayId, update = false } = {}) {
    const text = textOf(bundle);
    if (text === undefined) return;
    const inPlace = update && isTerminal() && bottom?.displayId === displayId;
    const up = inPlace && bottom ? `\x1b[${bottom.lines}A\x1b[0J` : "";
    write(`${up}${text}\n`);
    bottom = displayId === undefined ? undefined : { displayId, lines: text.split("\n").length };
  },
  clear() {},
  signal: new AbortController().signal,
  beforeIdle(task) {
    if (tasks.length === 0) node()?.once("beforeExit", runTasks);
    tasks.push(task);
  },
};

/** Whether updates can be drawn in place. */
export function isTerminal(): boolean {
  return node()?.stdout?.isTTY === true;
}

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

function write(text: string): void {
  const stdout = node()?.stdout;
  if (stdout) stdout.write(text);
  else console.log(text.trimEnd());
}

function node(): NodeJS.Process | undefined {
  return (globalThis as { process?: NodeJS.Process }).process;
}
