import { isTerminal } from "#door/display/standardOutput";
import { findHost } from "./findHost.js";
import type { JupyterHost } from "./host.js";
import { newDisplayId } from "./id.js";
import type { MimeBundle } from "./mime.js";

/**
 * Draws the present state. `final` is true if no other state follows in this cell, so that drawing may take
 * longer.
 */
export type Draw = (final: boolean) => MimeBundle | Promise<MimeBundle>;

/**
 * Updates take at most this share of the time since the first update, so that costly updates are made less
 * often.
 */
const share = 1 / 100;

/**
 * One display that follows a changing state: at most ten updates a second, and the last state is
 * never dropped. The final state is drawn by {@link LiveDisplay.end}, or when the cell ends, also by an
 * error or an interrupt.
 *
 * `touch` itself publishes when an update is due, so that it works in loops that never yield to the event
 * loop; between two updates it only reads the clock.
 */
export class LiveDisplay {
  readonly id = newDisplayId();
  private readonly draw: Draw;
  private readonly interval: number;
  private shown = false;
  private changed = false;
  private nextUpdate = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When the first drawing was done, and the time that later drawings took. */
  private started: number | undefined;
  private spent = 0;
  private version = 0;
  /** The signal of the cell whose end will draw the final state. */
  private cell: AbortSignal | undefined;

  /** @param interval the least time between two updates, in milliseconds (default 100) */
  constructor(draw: Draw, { interval = 100 } = {}) {
    this.draw = draw;
    this.interval = interval;
  }

  /** Tells the display that the state has changed. */
  touch(): void {
    this.changed = true;
    this.version++;
    const now = performance.now();
    if (now >= this.nextUpdate) this.update(now, findHost());
    else if (this.timer === undefined) {
      const host = findHost();
      this.timer = later(() => this.catchUp(host), this.nextUpdate - now);
    }
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

  /** Has the end of the present cell draw the final state, once for each cell that changes the state. */
  private expectEnd(host: JupyterHost): void {
    if (this.cell === host.signal) return;
    this.cell = host.signal;
    host.beforeIdle(async () => {
      this.cell = undefined;
      if (this.changed) await this.end();
    });
  }

  /** Draws what came since the last update, for the host under which it came. */
  private catchUp(host: JupyterHost): void {
    this.timer = undefined;
    if (this.changed) this.update(performance.now(), host);
  }

  private update(now: number, host: JupyterHost): void {
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
