import * as plot from "../../plot/index.js";
import type { OscillationTracker } from "../../qat/index.js";
import { extent } from "../../statistics/index.js";
import { layerBars } from "../layerBars.js";
import { Result } from "../result.js";

/** The oscillation of a kernel's weights. */
export type OscillationRow = {
  layer: string;
  weights: number;
  /** Share of the weights whose frequency is above the threshold and which aren't frozen. */
  "oscillating (%)": number;
  /** Share of the weights that were frozen. */
  "frozen (%)": number;
  /** The mean number of changes of a weight's code. */
  "changes per weight": number;
  /** The mean of the weights' frequencies, in oscillations per 1,000 steps. */
  "frequency (‰)": number;
};

/** The choice of weights for {@link Oscillation.raster}. */
export interface RasterChoice {
  /** The layer's name. Default: the layer whose weights changed most often. */
  layer?: string;
  /**
   * The number of weights, of which those that changed most often in the recorded steps are shown; or a list of
   * the weights' places in the kernel. Default 30.
   */
  weights?: number | readonly number[];
}

/**
 * The oscillation of each layer's weights, which shows itself as a figure and a table.
 *
 * @example
 * const tracker = q.qat.trackOscillation();
 * await q.fit(qat, train, { epochs: 3, callbacks: tracker });
 * const oscillation: q.analysis.Oscillation = q.analysis.oscillation(tracker);
 * oscillation.rows.length; // 4
 */
export class Oscillation extends Result<OscillationRow> {
  /** The frequency above which a weight counts as oscillating, in oscillations per step. */
  readonly threshold: number;
  /** Share of all weights that oscillate, from 0 to 1. */
  readonly share: number;
  readonly #tracker: OscillationTracker;

  /** @internal */
  constructor(tracker: OscillationTracker, threshold: number) {
    const kernels = tracker.kernels();
    const rows = kernels.map(({ layer, frequency, changes, frozen }) => ({
      layer,
      weights: frequency.length,
      "oscillating (%)": 100 * mean(frequency.map((f, i) => (f > threshold && !frozen[i] ? 1 : 0))),
      "frozen (%)": 100 * mean(frozen),
      "changes per weight": mean(changes),
      "frequency (‰)": 1000 * mean(frequency),
    }));
    super(rows);
    this.threshold = threshold;
    this.share = overall(rows, (row) => row["oscillating (%)"]) / 100;
    this.#tracker = tracker;
  }

  /** The share of oscillating weights of each layer, and of frozen weights if there are any. */
  get figure(): plot.Figure {
    const names = this.rows.map(({ layer }) => layer);
    const bars = (name: "oscillating (%)" | "frozen (%)", place: number) =>
      plot.bars(
        names,
        this.rows.map((row) => row[name]),
        { name: name.replace(" (%)", ""), color: plot.colorOf("", place) },
      );
    const frozen = this.rows.some((row) => row["frozen (%)"] > 0);
    return layerBars({
      title: "Weights that oscillate, layer by layer",
      data: [bars("oscillating (%)", 1), ...(frozen ? [bars("frozen (%)", 0)] : [])],
      value: { title: "weights (%)", zero: true },
    });
  }

  /**
   * Draws the codes of the weights that changed most often, or of chosen weights, step by step. The codes of
   * weights that oscillate flicker.
   *
   * @param choice `layer`, its name (default: where weights changed most often); `weights`, how many, or a list of their
   *   places in the kernel (default 30)
   * @returns a figure of the steps that the tracker recorded
   * @throws Error if the tracker recorded no codes
   * @example
   * const tracker = q.qat.trackOscillation({ record: 100 });
   * await q.fit(qat, train, { epochs: 6, callbacks: tracker });
   * q.analysis.oscillation(tracker).raster({ layer: "conv", weights: 20 }).spec.data[0]!.type; // "heatmap"
   */
  raster({ layer = this.#liveliest(), weights = 30 }: RasterChoice = {}): plot.Figure {
    const isCount = typeof weights === "number";
    const all = this.#tracker.codes(layer, isCount ? undefined : weights);
    const places = all.map((_, i) => (isCount ? i : weights[i]!));
    const changes = all.map(changesIn);
    const order = all.map((_, i) => i);
    const shown = isCount
      ? order.toSorted((a, b) => changes[b]! - changes[a]!).slice(0, weights)
      : order;
    const length = all[0]?.length ?? 0;
    const x = Array.from({ length }, (_, i) => this.#tracker.steps - length + i + 1);
    const y = shown.map((i) => places[i]!);
    const resting = shown.filter((i) => changes[i] === 0).length;
    return plot.figure({
      data: [
        plot.raster(
          shown.map((i) => all[i]!),
          { x, y },
        ),
      ],
      title: `${isCount ? "The liveliest weights" : "Weights"} of ${layer}, step by step`,
      x: "step",
      y: { title: "weight" },
      alt:
        `Codes of ${shown.length} weights of ${layer} in ${length} steps: ` +
        `up to ${Math.max(0, extent(shown.map((i) => changes[i]!)).max)} changes; ${resting} weights are at rest`,
    });
  }

  override toString(): string {
    const changes = overall(this.rows, (row) => row["changes per weight"]);
    const frozen = overall(this.rows, (row) => row["frozen (%)"]);
    return (
      `${(100 * this.share).toFixed(1)} % of the weights oscillate (more than ${this.threshold} times a step)` +
      `${frozen > 0 ? `, ${frozen.toFixed(1)} % are frozen` : ""}; ` +
      `a code changed ${changes.toFixed(2)} times in ${this.#tracker.steps} steps`
    );
  }

  #liveliest(): string {
    return this.rows.reduce((most, row) =>
      row["changes per weight"] > most["changes per weight"] ? row : most,
    ).layer;
  }
}

/** The mean over all weights, from the means over each layer's weights. */
function overall(rows: readonly OscillationRow[], pick: (row: OscillationRow) => number): number {
  const weights = rows.reduce((sum, row) => sum + row.weights, 0);
  return rows.reduce((sum, row) => sum + row.weights * pick(row), 0) / weights;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function changesIn(codes: readonly number[]): number {
  return codes.filter((code, i) => i > 0 && code !== codes[i - 1]).length;
}
