import { checkOptions } from "../arguments/index.js";
import {
  type Displayable,
  displaySymbol,
  earlySymbol,
  LiveDisplay,
  type MimeBundle,
  shortNumber,
} from "../display/index.js";
import type { AxisOptions } from "./axis.js";
import { drawBoard } from "./boardFigure.js";
import { type Figure, withImage } from "./figure.js";
import { Series } from "./series.js";

/** A pushed value: a number, or a mean with the ends of its interval. */
export type Sample = number | { mean: number; low: number; high: number };

/** Options of {@link board}. */
export interface BoardOptions {
  /** Horizontal lines that are there from the start, by name: `{ float: 0.97, ptq: 0.31 }`. */
  references?: Record<string, number>;
  /** The key of the pushed values that is the horizontal axis. Default: the first pushed key. */
  x?: string;
  /** The vertical axis of all values that aren't losses. Default: accuracy in percent for shares. */
  y?: string | AxisOptions;
  /** The axis' unit; `"%"` for shares from 0 to 1. */
  unit?: string;
  /** Both ends of that axis. Default: the data's range. */
  range?: [number, number];
  /** Both ends of the horizontal axis, so that it doesn't move. Default: the data's range. */
  xRange?: [number, number];
  /**
   * Whether names stand at the lines' ends; `"legend"` puts them above the panel, for lines that end close
   * together; `false` suits many similar lines. Default `true`.
   */
  labels?: boolean | "legend";
  /** Colours by key, for keys without a fixed meaning. */
  colors?: Record<string, string>;
  /** Keys whose values stay as they are up to the next one, such as codes and counts: their lines are stairs. */
  stairs?: readonly string[];
  /**
   * The reason why the board is still empty, which it shows until the first push: `"the float model is training"`. With
   * it, or with references, the board stands there from the start. Default `"the first values"`.
   */
  waiting?: string;
}

/** A figure that grows while something runs. */
export interface Board extends Displayable {
  /** Adds one point to the series of each key. A new key starts a new series; NaN and ∞ are gaps. */
  push(values: Record<string, Sample | undefined>): void;
  /** The figure as it is now, e.g. for {@link save}. */
  figure(): Figure;
  /** Draws the final state now; without this call the cell's end draws it. */
  done(): Promise<void>;
}

/** The state that a board draws. */
export interface BoardState {
  title: string;
  options: BoardOptions;
  xKey: string;
  series: Map<string, Series>;
  latest: Record<string, number>;
}

/**
 * A live board: one display that follows a training run. Series with "loss" in their key stand in a
 * separate panel at the left, all others in the panel of the references.
 *
 * The board is redrawn at most ten times a second, from inside `push`, so that a loop that never yields is
 * shown too. The final state always arrives, with its static image, when the cell ends. Up to 500 points
 * are drawn as they are; longer series are drawn as the lowest and highest point of each stretch.
 *
 * @throws TypeError if the title is not a text or a pushed value is neither a number nor an interval,
 *   RangeError if a reference is not finite
 * @example
 * const recovery = q.plot.board("Recovery", { references: { float: 0.97, ptq: 0.31 } });
 * recovery.push({ epoch: 1, loss: 0.7, accuracy: 0.8 });
 * await recovery.done(); // undefined (it shows Recovery: epoch 1, loss 0.7, accuracy 0.8, float 0.97, ptq 0.31)
 */
export function board(title: string, options: BoardOptions = {}): Board {
  checkOptions<BoardOptions>("q.plot.board", options, {
    references: true,
    x: true,
    y: true,
    unit: true,
    range: true,
    xRange: true,
    labels: true,
    colors: true,
    stairs: true,
    waiting: true,
  });
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
  if (options.references || options.waiting) live.touch();

  function push(values: Record<string, Sample | undefined>): void {
    checkSamples(values);
    if (!state.xKey) state.xKey = Object.keys(values)[0] ?? "";
    const position = values[state.xKey];
    const x = typeof position === "number" ? position : pushes; // this call has no value for the x axis
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
    figure: () => drawBoard(state, inWords(state)),
    done: () => live.end(),
    [displaySymbol]: () => ({}), // the board shows itself where it was made
  };
}

function checkSamples(values: Record<string, Sample | undefined>): void {
  if (typeof values !== "object" || values === null) {
    throw new TypeError(`invalid values: ${values} (expected push({ epoch: 1, loss: 0.5 }))`);
  }
  for (const key in values) {
    const sample: unknown = values[key];
    if (sample === undefined || typeof sample === "number" || isInterval(sample)) continue;
    const actual = typeof sample === "string" ? `"${sample}"` : String(sample);
    throw new TypeError(
      `invalid ${key}: ${actual} (expected a number or { mean, low, high }, as in push({ ${key}: 0.5 }))`,
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

/** Six digits are more than a picture shows, and the notebook of a long run stays small. */
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
