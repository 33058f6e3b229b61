import { LiveDisplay } from "../display/live.js";
import { type Displayable, displaySymbol, earlySymbol, type MimeBundle } from "../display/mime.js";
import { shortNumber } from "../display/numbers.js";
import type { AxisOptions } from "./axis.js";
import { drawBoard } from "./board-figure.js";
import { withImage } from "./figure.js";
import { Series } from "./series.js";

/** A pushed value: a number, or a mean with the ends of its interval. */
export type Sample = number | { mean: number; low: number; high: number };

/** What a {@link board} shows besides the pushed values. */
export interface BoardOptions {
  /** Horizontal lines that are there from the start, by name: `{ float: 0.97, ptq: 0.31 }`. */
  references?: Record<string, number>;
  /** The key of the pushed values that is the horizontal axis. Default: the first pushed key. */
  x?: string;
  /** The axis of everything that isn't a loss. Default: accuracy in percent for shares. */
  y?: string | AxisOptions;
  /** The axis' unit; `"%"` for shares from 0 to 1. */
  unit?: string;
  /** Both ends of that axis. Default: what the data needs. */
  range?: [number, number];
  /** Ends of the horizontal axis, so that it doesn't move. Default: what the data needs. */
  xRange?: [number, number];
  /**
   * The names at the lines' ends; `"legend"` above the panel, for lines that end close together; `false` where many
   * lines are alike. Default `true`.
   */
  labels?: boolean | "legend";
  /** Colours by key, for keys without a fixed meaning. */
  colors?: Record<string, string>;
}

/** A figure that grows while something runs. */
export interface Board extends Displayable {
  /** Adds one point to each series named; a new key starts a new series, NaN and ∞ are gaps. */
  push(values: Record<string, Sample | undefined>): void;
  /** Draws the final state now; without it the cell's end does. */
  done(): Promise<void>;
}

/** What a board has to draw. */
export interface BoardState {
  title: string;
  options: BoardOptions;
  xKey: string;
  series: Map<string, Series>;
  latest: Record<string, number>;
}

/**
 * A live board: one display that follows a training run. Keys with "loss" in their name stand in a
 * panel of their own at the left, all others in the panel of the references.
 *
 * It is redrawn at most ten times a second, from inside `push`, by the clock: a loop that never
 * yields shows as well. The final state always arrives, with its static image, when the cell ends.
 * Up to 500 points are drawn as they are; of more, each stretch's lowest and highest point.
 *
 * @throws TypeError for a title or pushed values of another type, RangeError for a reference that
 *   isn't finite
 * @example
 * const recovery = q.plot.board("Recovery", { references: { float: 0.97, ptq: 0.31 } });
 * recovery.push({ epoch: 1, loss: 0.7, accuracy: 0.8 });
 * await recovery.done(); // undefined (it shows Recovery: epoch 1, loss 0.7, accuracy 0.8, float 0.97, ptq 0.31)
 */
export function board(title: string, options: BoardOptions = {}): Board {
  if (typeof title !== "string") {
    throw new TypeError(`invalid title: ${title} (expected words, as in q.plot.board("Training"))`);
  }
  for (const [name, value] of Object.entries(options.references ?? {})) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`invalid reference ${name}: ${value} (expected a finite number)`);
    }
  }
  const state: BoardState = {
    title,
    options,
    xKey: options.x ?? "",
    series: new Map(),
    latest: {},
  };
  let pushes = 0;
  const live = new LiveDisplay((final) => draw(state, final));
  if (options.references) live.touch();

  function push(values: Record<string, Sample | undefined>): void {
    checkSamples(values);
    if (!state.xKey) state.xKey = Object.keys(values)[0] ?? "";
    const position = values[state.xKey];
    const x = typeof position === "number" ? position : pushes; // not given this time
    pushes++;
    state.latest = { [state.xKey]: x };
    for (const key in values) {
      const sample = values[key];
      if (key === state.xKey || sample === undefined) continue;
      add(state, key, x, sample);
    }
    live.touch();
  }
  return {
    push,
    done: () => live.end(),
    [displaySymbol]: () => ({}), // it shows itself where it was made
  };
}

function checkSamples(values: Record<string, Sample | undefined>): void {
  if (typeof values !== "object" || values === null) {
    throw new TypeError(`invalid values: ${values} (expected push({ epoch: 1, loss: 0.5 }))`);
  }
  for (const key in values) {
    const sample: unknown = values[key];
    if (sample === undefined || typeof sample === "number" || isInterval(sample)) continue;
    const given = typeof sample === "string" ? `"${sample}"` : String(sample);
    throw new TypeError(
      `invalid ${key}: ${given} (expected a number or { mean, low, high }, as in push({ ${key}: 0.5 }))`,
    );
  }
}

function isInterval(sample: unknown): boolean {
  const { mean, low, high } = Object(sample) as Record<string, unknown>;
  return [mean, low, high].every((value) => typeof value === "number");
}

function add(state: BoardState, key: string, x: number, sample: Sample): void {
  let series = state.series.get(key);
  if (!series) {
    series = new Series();
    state.series.set(key, series);
  }
  if (typeof sample === "number") {
    state.latest[key] = sample;
    series.push({ x, y: finite(sample) });
  } else {
    state.latest[key] = sample.mean;
    const [low, high] = [finite(sample.low), finite(sample.high)];
    series.push({ x, y: finite(sample.mean), low, high });
  }
}

/** Six digits are more than a picture shows, and keep a long run's notebook small. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

function draw(state: BoardState, final: boolean): MimeBundle | Promise<MimeBundle> {
  const shown = drawBoard(state, inWords(state));
  return final ? withImage(shown) : shown[earlySymbol]();
}

/** The board in one line: the newest value of each series, and the references. */
function inWords({ title, latest, options }: BoardState): string {
  const entries = [...Object.entries(latest), ...Object.entries(options.references ?? {})];
  const words = entries.map(([key, value]) => `${key} ${shortNumber(value)}`);
  return words.length > 0 ? `${title}: ${words.join(", ")}` : title;
}
