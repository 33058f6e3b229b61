import { performance } from "node:perf_hooks";

const heartbeat = 10_000;
const frame = 120;

/**
 * @typedef {{ update(text: string): void, note(text: string): void }} Report The functions by which a step
 * reports its progress.
 */

/**
 * Shows the steps of the set-up, several of which may run at the same time: in a terminal one line that is
 * redrawn, elsewhere a line every ten seconds, and in both a line for each step that ended.
 *
 * @param {NodeJS.WriteStream} [stream] (default: stderr)
 */
export function createProgress(stream = process.stderr) {
  /** @type {Map<string, { text: string, start: number }>} */
  const steps = new Map();
  let drawn = false;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  const status = () =>
    [...steps]
      .map(([title, { text, start }]) => `${title}${text && `: ${text}`} (${seconds(start)})`)
      .join(" · ");
  const erase = () => {
    if (drawn) stream.write("\r\x1b[2K");
    drawn = false;
  };
  const draw = () => {
    if (stream.isTTY) {
      erase();
      stream.write(clip(`… ${status()}`, stream.columns ?? 80));
      drawn = true;
    } else {
      stream.write(`… ${status()}\n`);
    }
  };
  /** @param {string} line */
  const print = (line) => {
    erase();
    stream.write(`${line}\n`);
  };

  return {
    print,
    /**
     * Runs a step and says how it ended.
     *
     * @template T
     * @param {string} title
     * @param {(report: Report) => Promise<T>} task
     * @returns {Promise<T>}
     */
    async step(title, task) {
      const start = performance.now();
      steps.set(title, { text: "", start });
      timer ??= setInterval(draw, stream.isTTY ? frame : heartbeat);
      if (!stream.isTTY) stream.write(`… ${title}\n`);
      const report = {
        update: (/** @type {string} */ text) => {
          steps.set(title, { text, start });
        },
        note: (/** @type {string} */ text) => print(`  ${title}: ${text}`),
      };
      let mark = "✗";
      try {
        const result = await task(report);
        mark = "✓";
        return result;
      } finally {
        print(`${mark} ${title} (${seconds(start)})`);
        steps.delete(title);
        if (steps.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      }
    },
  };
}

/** @typedef {ReturnType<typeof createProgress>} Progress */

/** @param {number} start */
function seconds(start) {
  return `${Math.round((performance.now() - start) / 1000)} s`;
}

/**
 * @param {string} text
 * @param {number} columns
 */
function clip(text, columns) {
  return text.length < columns ? text : `${text.slice(0, columns - 2)}…`;
}

/**
 * A number of bytes as text for people.
 *
 * @param {number} bytes
 * @example
 * formatBytes(273_829_956) // "274 MB"
 */
export function formatBytes(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
