import { findHost } from "./find-host.js";
import type { JupyterHost } from "./host.js";
import { newDisplayId } from "./id.js";
import type { MimeBundle } from "./mime.js";
import { isTerminal } from "./terminal-host.js";

/** Draws the present state; `final` when nothing follows in this cell, so that it may take its time. */
export type Draw = (final: boolean) => MimeBundle | Promise<MimeBundle>;

/** Updates take at most this share of the time since the first: a costly one is made less often. */
const share = 1 / 100;

/**
 * One display that follows a changing state: at most ten updates a second, and the last state is
 * never dropped. It is drawn for good by {@link LiveDisplay.end}, or when the cell ends, also by an
 * error or an interrupt.
 *
 * `touch` publishes from where it is called, by the clock, so that it works in loops that never yield
 * to the event loop; between two updates it costs one look at the clock.
 */
export class LiveDisplay {
  readonly id = newDisplayId();
  private readonly draw: Draw;
  private readonly interval: number;
  private shown = false;
  private changed = false;
  private nextUpdate = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When the first drawing was done, and the time that those after it took. */
  private started: number | undefined;
  private spent = 0;
  private version = 0;
  /** The cell whose end will draw the final state, known by its signal. */
  private cell: AbortSignal | undefined;

  /** @param interval milliseconds between two updates, at least (default 100) */
  constructor(draw: Draw, { interval = 100 } = {}) {
    this.draw = draw;
    this.interval = interval;
  }

  /** Says that the state has changed. */
  touch(): void {
    this.changed = true;
    this.version++;
    const now = performance.now();
    if (now >= this.nextUpdate) this.update(now);
    else this.timer ??= later(() => this.catchUp(), this.nextUpdate - now);
  }

  /** Draws the final state now. */
  async end(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.changed = false;
    const host = findHost();
    const drawn = this.draw(true);
    if (!(drawn instanceof Promise)) return this.publish(host, drawn);
    const { version } = this;
    if (!quiet(host)) this.publish(host, this.draw(false) as MimeBundle);
    const bundle = await drawn;
    if (version === this.version) this.publish(host, bundle);
  }

  /** Once in each cell that changes the state: its end draws the final state. */
  private expectEnd(host: JupyterHost): void {
    if (this.cell === host.signal) return;
    this.cell = host.signal;
    host.beforeIdle(async () => {
      this.cell = undefined;
      if (this.changed) await this.end();
    });
  }

  private catchUp(): void {
    this.timer = undefined;
    if (this.changed) this.update(performance.now());
  }

  private update(now: number): void {
    const host = findHost();
    this.expectEnd(host);
    if (!quiet(host)) this.publish(host, this.draw(false) as MimeBundle);
    if (this.started === undefined) this.started = performance.now();
    else this.spent += performance.now() - now;
    this.nextUpdate = Math.max(now + this.interval, this.started + this.spent / share);
  }

  private publish(host: JupyterHost, bundle: MimeBundle): void {
    host.display(bundle, { displayId: this.id, update: this.shown });
    this.shown = true;
  }
}

/** A redirected terminal keeps every line, so only final states go there. */
function quiet(host: JupyterHost): boolean {
  return host.name === "terminal" && !isTerminal();
}

/** A timer that doesn't keep the process alive; in a browser tab timers are plain numbers. */
function later(task: () => void, milliseconds: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(task, milliseconds);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
