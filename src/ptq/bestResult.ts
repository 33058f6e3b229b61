import type { DataFrame } from "danfojs-node";
import { findHost } from "../display/find-host.js";
import { display, displaySymbol, type MimeBundle } from "../display/index.js";
import * as plot from "../plot/index.js";
import { translucent } from "../plot/theme.js";
import type { Scheme } from "../quantizers/index.js";
import { dataFrame } from "../report/index.js";
import type { tf } from "../tensorflow/index.js";
import type { StepName } from "./steps.js";

/** How ranges are found. */
export type RangeMethod = "mse" | "minmax";

/** One way that was tried. */
export interface Trial {
  /** What was added, e.g. `+ adaround`. */
  stage: string;
  method: RangeMethod;
  steps: StepName[];
  /** On the validation examples, from 0 to 1. */
  accuracy: number;
  /** The accuracy over that of the best stage before; of the first two ways, over the first. */
  gain: number;
  /** How long it took, the steps before it included. */
  seconds: number;
  /** Whether it was the best so far, so that later ones built on it. */
  kept: boolean;
}

/**
 * What {@link best} found: shows itself as a figure.
 *
 * @example
 * const options = { calibration: train.take(64), validation: train.take(200) };
 * const found = await q.ptq.best(model, { scheme: q.scheme({ weights: q.int(8) }), ...options });
 * found.table.shape; // [ 6, 5 ]
 */
export class BestResult {
  /** The best quantized model. */
  readonly model: tf.LayersModel;
  readonly scheme: Scheme;
  /** How ranges were found. */
  readonly method: RangeMethod;
  /** The techniques that gained, as {@link quantize} takes them. */
  readonly steps: readonly StepName[];
  /** On the validation examples, from 0 to 1. */
  readonly accuracy: number;
  readonly trials: readonly Trial[];
  readonly #float: number;

  /** @internal */
  constructor({
    model,
    scheme,
    best,
    trials,
    float,
  }: {
    model: tf.LayersModel;
    scheme: Scheme;
    best: Trial;
    trials: Trial[];
    float: number;
  }) {
    this.model = model;
    this.scheme = scheme;
    this.method = best.method;
    this.steps = best.steps;
    this.accuracy = best.accuracy;
    this.trials = trials;
    this.#float = float;
  }

  /**
   * A row for each trial: `trial`; `accuracy (%)`; `gain (points)`; `kept`; `seconds`.
   */
  get table(): DataFrame {
    const rows = this.trials.map((trial) => ({
      trial: trial.stage,
      "accuracy (%)": tenth(100 * trial.accuracy),
      "gain (points)": tenth(100 * trial.gain),
      kept: trial.kept,
      seconds: tenth(trial.seconds),
    }));
    return dataFrame(rows);
  }

  /** A bar for each trial, those that were kept in full colour, and the float model's accuracy. */
  get figure(): plot.Figure {
    const { ptq, float } = plot.colors;
    const bars: plot.Trace = {
      type: "bar",
      orientation: "h",
      x: this.trials.map(({ accuracy }) => accuracy),
      y: this.trials.map(({ stage }) => stage),
      text: this.trials.map(({ accuracy }) => percent(accuracy)),
      textposition: "inside",
      textangle: 0,
      marker: { color: this.trials.map(({ kept }) => (kept ? ptq : translucent(ptq, 0.35))) },
      hovertemplate: "%{y}: %{x:.1%}<extra></extra>",
    };
    const level = { xref: "x", x: this.#float, yref: "paper", showarrow: false } as const;
    const { x, xref, yref } = level;
    return plot.figure({
      title: `What each step brings, ${this.scheme}`,
      data: [bars],
      x: { title: "validation accuracy", unit: "%", range: [0, 1] },
      alt: this.toString(),
      layout: {
        height: 140 + 34 * this.trials.length,
        yaxis: { type: "category", autorange: "reversed", showgrid: false, automargin: true },
        shapes: [
          {
            type: "line",
            xref,
            x0: x,
            x1: x,
            yref,
            y0: 0,
            y1: 1,
            line: { color: float, dash: "dash" },
          },
        ],
        annotations: [{ ...level, text: "float", y: 1, yanchor: "bottom", font: { color: float } }],
        margin: { t: 64, l: 136 },
      },
    });
  }

  /**
   * What was found, in a line.
   *
   * @example
   * const options = { calibration: train.take(64), validation: train.take(200) };
   * const found = await q.ptq.best(model, { scheme: q.scheme({ weights: q.int(8) }), ...options });
   * String(found).split(":")[0]; // "W8A32" (then 99.0 % with rounding to nearest, and so on)
   */
  toString(): string {
    const steps = this.steps.length > 0 ? this.steps.join(", ") : "rounding to nearest";
    return `${this.scheme}: ${percent(this.accuracy)} with ${steps} (float ${percent(this.#float)})`;
  }

  /** The figure, and the result in a line. */
  [displaySymbol](): MimeBundle {
    display(this.figure);
    return { "text/plain": this.toString() };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    // Stock tslab prints a last expression: there the figure is shown by the printing.
    if (findHost().name === "tslab") display(this.figure);
    return this.toString();
  }
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
