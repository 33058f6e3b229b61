import { checkCount, checkOptions } from "../arguments/index.js";
import { html } from "./html.js";
import { LiveDisplay } from "./live.js";
import { type Displayable, displaySymbol, type MimeBundle } from "./mime.js";
import { duration, shortNumber } from "./numbers.js";

/** A bar that shows how much of a long piece of work is done. */
export interface Progress extends Displayable {
  /** Adds `count` units (default 1) to the units done. `note` replaces the words at the bar's end. */
  tick(count?: number, note?: string): void;
  /** Sets the units done to `done` in total. */
  update(done: number, note?: string): void;
  /** Ends the bar, which keeps the units done and the time taken. */
  done(note?: string): void;
}

const width = 24;

/** Options of {@link progress}. */
export interface ProgressOptions {
  /** How many units of work there are, a whole number of at least 1. */
  total: number;
  /** The words before the bar. Default `"Progress"`. */
  label?: string;
}

/**
 * Shows a progress bar in one display that updates at most ten times a second. If the cell ends
 * before the work does (an error, an interrupt), the bar says where it stopped.
 *
 * @throws RangeError if `total` is not a whole number of at least 1, or if a later number of units is not
 *   finite
 * @example
 * const bar = q.progress({ total: 15, label: "Training" });
 * for (let epoch = 1; epoch <= 15; epoch++) bar.tick(1, `epoch ${epoch}`);
 * bar.done(); // undefined (it shows Training ━━━━━━━━━━━━━━━━━━━━━━━━ 15/15 · 3.2 s · epoch 15)
 */
export function progress(options: ProgressOptions = {} as never): Progress {
  checkOptions<ProgressOptions>("q.progress", options, { total: true, label: true });
  const { total, label = "Progress" } = options;
  checkCount("total", total, { example: "progress({ total: 15 })" });
  const started = performance.now();
  let state: State = { label, total, done: 0, note: "", elapsed: 0, ended: false };
  const live = new LiveDisplay((final) => draw(state, final));

  function change(next: Partial<State>): void {
    if (state.ended) return;
    if (!Number.isFinite(next.done)) {
      throw new RangeError(`invalid number of units: ${next.done} (expected a finite number)`);
    }
    state = { ...state, ...next, elapsed: performance.now() - started };
    live.touch();
  }
  live.touch();
  return {
    tick: (count = 1, note) => change({ done: state.done + count, note: note ?? state.note }),
    update: (done, note) => change({ done, note: note ?? state.note }),
    done(note) {
      if (state.ended) return;
      const elapsed = performance.now() - started;
      state = { ...state, elapsed, ended: true, note: note ?? state.note };
      void live.end();
    },
    [displaySymbol]: () => ({}), // the bar shows itself where it was made
  };
}

interface State {
  label: string;
  total: number;
  done: number;
  note: string;
  elapsed: number;
  ended: boolean;
}

function draw(state: State, final: boolean): MimeBundle {
  const share = Math.min(1, Math.max(0, state.done / state.total));
  const words = describe(state, share, final);
  const filled = Math.round(share * width);
  const bar = "━".repeat(filled) + "─".repeat(width - filled);
  return {
    "text/plain": `${state.label} ${bar} ${words}`,
    "text/html": String(
      html`<div class="qatlab-progress">${state.label} <progress value="${share}" max="1" style="vertical-align:middle" aria-label="${state.label}"></progress> ${words}</div>`,
    ),
  };
}

function describe({ total, done, note, elapsed, ended }: State, share: number, final: boolean) {
  const stopped = final && !ended && share < 1;
  const parts = [`${stopped ? "stopped at " : ""}${shortNumber(done)}/${shortNumber(total)}`];
  parts.push(duration(elapsed));
  if (!final && !ended && share > 0 && share < 1 && elapsed > 2000) {
    parts.push(`${duration((elapsed / share) * (1 - share))} left`);
  }
  if (note) parts.push(note);
  return parts.join(" · ");
}
