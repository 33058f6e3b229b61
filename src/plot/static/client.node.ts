import { Worker } from "node:worker_threads";
import { escapeHtml } from "../../display/index.js";
import type { FigureSpec } from "../figure.js";
import { imageSize } from "../theme.js";
import { still } from "./still.js";

/**
 * The longest wait for one image, in milliseconds; the first image also loads Plotly, which takes a second
 * or two.
 */
const patience = 60_000;

/** The most characters of an image; a larger image would make the notebook too large. */
const mostCharacters = 400_000;

interface Waiting {
  resolve(svg: string): void;
  reject(error: Error): void;
}

let worker: Worker | undefined;
const waiting = new Map<number, Waiting>();
let lastId = 0;

/**
 * A figure as an SVG image. Plotly draws it on a separate thread, which starts at the first image and never
 * keeps the process alive by itself.
 *
 * @param alt the image's text alternative, written into the SVG
 * @throws Error if the figure can't be drawn, or not in time
 */
export async function drawStatic(spec: FigureSpec, alt: string): Promise<string> {
  const shown = still(spec);
  const { width = imageSize.width, height = imageSize.height } = shown.layout;
  const drawing = { spec: shown, width, height };
  const svg = await ask(drawing);
  if (svg.length > mostCharacters) {
    throw new Error(
      `it would take ${Math.round(svg.length / 1000)} kB; the figure has many points`,
    );
  }
  return svg.replace(/<svg /, `<svg role="img" aria-label="${escapeHtml(alt)}" `);
}

async function ask(drawing: object): Promise<string> {
  const thread = start();
  const id = ++lastId;
  thread.ref(); // the thread keeps the process alive while it draws
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      timer = setTimeout(() => abandon(thread, `not drawn within ${patience / 1000} s`), patience);
      thread.postMessage({ id, drawing });
    });
  } finally {
    clearTimeout(timer);
    waiting.delete(id);
    if (waiting.size === 0) thread.unref();
  }
}

function start(): Worker {
  if (worker) return worker;
  const thread = new Worker(new URL("./worker.node.js", import.meta.url), { execArgv: [] });
  thread.on("message", (answer: { id: number; svg?: string; error?: string }) => {
    const { resolve, reject } = waiting.get(answer.id) ?? {};
    if (answer.svg === undefined) reject?.(new Error(answer.error));
    else resolve?.(answer.svg);
  });
  thread.on("error", (error) => abandon(thread, error.message));
  thread.on("exit", () => abandon(thread, "its thread ended"));
  thread.unref();
  worker = thread;
  return thread;
}

/** Ends a thread that hangs or broke; the next image starts a new thread. */
function abandon(thread: Worker, why: string): void {
  if (worker !== thread) return;
  worker = undefined;
  for (const { reject } of waiting.values()) reject(new Error(why));
  waiting.clear();
  void thread.terminate();
}
