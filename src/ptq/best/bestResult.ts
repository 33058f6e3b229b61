import type { DataFrame } from "danfojs-node";
import { bytes as bytesText, FigureResult, type MimeBundle } from "../../display/index.js";
import * as plot from "../../plot/index.js";
import { translucent } from "../../plot/index.js";
import type { Scheme } from "../../quantizers/index.js";
import { dataFrame } from "../../report/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { TechniqueName } from "../techniques.js";

/** The method that finds ranges. */
export type RangeMethod = "mse" | "minmax";

/** One way that was tried. */
export interface Trial {
  /** The technique that was added, e.g. `+ adaround`. */
  stage: string;
  method: RangeMethod;
  techniques: TechniqueName[];
  /** The accuracy on the validation examples, from 0 to 1. */
  accuracy: number;
  /** The difference to the accuracy of the best trial before; for the first two trials, to that of the first. */
  gain: number;
  /** The bytes that the parameters of the trial's model take, as `q.analysis.cost` counts them. */
  bytes: number;
  /** The time that the trial took in seconds, including the techniques before it. */
  seconds: number;
  /** Whether the trial was the best so far within the budget, so that later trials built on it. */
  kept: boolean;
}

/**
 * The result of {@link best}, which shows itself as a figure.
 *
 * @example
 * const calibration = train.take(64);
 * const found = await q.ptq.best(model, q.scheme({ weights: q.int(8) }), train.shuffle(1), { calibration });
 * found.table.shape; // [ 6, 6 ]
 */
export class BestResult extends FigureResult {
  /** The best quantized model. */
  readonly model: tf.LayersModel;
  readonly scheme: Scheme;
  /** The method that found the ranges. */
  readonly method: RangeMethod;
  /** The techniques that gained, as {@link quantize} takes them. */
  readonly techniques: readonly TechniqueName[];
  /** The accuracy on the validation examples, from 0 to 1. */
  readonly accuracy: number;
  readonly trials: readonly Trial[];
  readonly #float: number;
  readonly #budget: number;

  /** @internal */
  constructor({
    model,
    scheme,
    budget,
    best,
    trials,
    float,
  }: {
    model: tf.LayersModel;
    scheme: Scheme;
    /** The most bytes that a model may take. */
    budget: number;
    best: Trial;
    trials: Trial[];
    float: number;
  }) {
    super();
    this.model = model;
    this.scheme = scheme;
    this.method = best.method;
    this.techniques = best.techniques;
    this.accuracy = best.accuracy;
    this.trials = trials;
    this.#float = float;
    this.#budget = budget;
  }

  /**
   * A row for each trial: `trial`; `accuracy (%)`; `gain (points)`; `bytes`; `kept`; `seconds`.
   */
  get table(): DataFrame {
    const rows = this.trials.map((trial) => ({
      trial: trial.stage,
      "accuracy (%)": tenth(100 * trial.accuracy),
      "gain (points)": tenth(100 * trial.gain),
      bytes: trial.bytes,
      kept: trial.kept,
      seconds: tenth(trial.seconds),
    }));
    return dataFrame(rows);
  }

  /** A bar for each trial, in full colour if the trial was kept, and the float model's accuracy. */
  override get figure(): plot.Figure {
    const { ptq, float } = plot.colors;
    const bars: plot.Trace = {
      type: "bar",
      orientation: "h",
      x: this.trials.map(({ accuracy }) => accuracy),
      y: this.trials.map(({ stage }) => stage),
      text: this.trials.map(({ accuracy, bytes }) => percent(accuracy) + this.#excess(bytes)),
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
   * The result in a line.
   *
   * @example
   * const calibration = train.take(64);
   * const found = await q.ptq.best(model, q.scheme({ weights: q.int(8) }), train.shuffle(1), { calibration });
   * String(found).split(":")[0]; // "W8A32" (then 99.0 % with rounding to nearest, and so on)
   */
  override toString(): string {
    const techniques =
      this.techniques.length > 0 ? this.techniques.join(", ") : "rounding to nearest";
    return `${this.scheme}: ${percent(this.accuracy)} with ${techniques} (float ${percent(this.#float)})`;
  }

  /** How far a model is over the budget, in words; empty if the model is within the budget. */
  #excess(bytes: number): string {
    return bytes > this.#budget ? `, ${bytesText(bytes - this.#budget)} over the budget` : "";
  }

  /** @internal The result in a line. */
  override below(): MimeBundle {
    return { "text/plain": this.toString() };
  }
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
