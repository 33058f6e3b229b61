import type { DataFrame } from "danfojs-node";
import { findHost } from "../display/find-host.js";
import { display, displaySymbol, type MimeBundle } from "../display/index.js";
import * as plot from "../plot/index.js";
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
    const names = this.trials.map(({ stage }) => stage);
    const shares = this.trials.map(({ accuracy }) => accuracy);
    const faint = plot.colors.float;
    const colors = this.trials.map(({ kept }) => (kept ? plot.colors.ptq : faint));
    const level = plot.line(
      names,
      names.map(() => this.#float),
      { name: "float", dash: "dash" },
    );
    return plot.figure({
      title: `What each step brings, ${this.scheme}`,
      data: [plot.bars(names, shares, { colors }), level],
      y: { title: "validation accuracy", unit: "%", range: [0, 1] },
      alt: this.toString(),
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
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
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
