import { html } from "./html.js";
import { LiveDisplay } from "./live.js";
import { type Displayable, displaySymbol, type MimeBundle } from "./mime.js";
import { duration, shortNumber } from "./numbers.js";

/** A bar that shows how much of a long piece of work is done. */
export interface Progress extends Displayable {
  /** `count` more units are done (default 1). `note` replaces the words at the bar's end. */
  tick(count?: number, note?: string): void;
  /** `done` units in total are done. */
  update(done: number, note?: string): void;
  /** The work has ended; the bar keeps how far it came and how long it took. */
  done(note?: string): void;
}

const width = 24;

/**
 * Shows a progress bar in one display that updates at most ten times a second. If the cell ends
 * before the work does (an error, an interrupt), the bar says where it stopped.
 *
 * @param options `total` units of work, a whole number of at least 1; `label`, the words before the
 *   bar (default `"Progress"`)
 * @throws RangeError for a total, or a number of units, that makes no sense
 * @example
 * const bar = q.progress({ total: 15, label: "Training" });
 * for (let epoch = 1; epoch <= 15; epoch++) bar.tick(1, `epoch ${epoch}`);
 * bar.done(); // undefined (it shows Training ━━━━━━━━━━━━━━━━━━━━━━━━ 15/15 · 3.2 s · epoch 15)
 */
export function progress(
  { total, label = "Progress" }: { total: number; label?: string } = {} as never,
): Progress {
  if (!Number.isInteger(total) || total < 1) {
    throw new RangeError(
      `invalid total: ${total} (expected a whole number of at least 1, as in progress({ total: 15 }))`,
    );
  }
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
    [displaySymbol]: () => ({}), // it shows itself where it was made
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
