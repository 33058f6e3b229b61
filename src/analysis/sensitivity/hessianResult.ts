import { checkOptions } from "../../arguments/index.js";
import type { CalibrationMethod } from "../../calibration/index.js";
import * as plot from "../../plot/index.js";
import type { Scheme } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { InputData } from "../../train/index.js";
import { layerBars } from "../layerBars.js";
import { byNames } from "../plan.js";
import { Result } from "../result.js";
import type { HessianMethod } from "./hessianVector.js";
import { RoundedKernels } from "./roundedKernels.js";
import { checkWidths } from "./sensitivity.js";
import type { Scores } from "./sensitivityResult.js";

/** The curvature of the loss along a layer's kernel. */
export type HessianTraceRow = {
  layer: string;
  parameters: number;
  /** The trace of the Hessian's block that belongs to the kernel. */
  trace: number;
  "standard error": number;
  "trace per parameter": number;
};

/** Options of {@link HessianTrace.scores}. */
export interface HessianScoresOptions {
  /** The widths of the kernels. */
  bits: readonly number[];
  /** How ranges are found. Default `"mse"`. */
  method?: CalibrationMethod;
}

/**
 * The trace of the loss's Hessian for each kernel, which shows itself as a figure and a table.
 *
 * @example
 * const hessian: q.analysis.HessianTrace = await q.analysis.hessianTrace(model, train.take(64), { samples: 4 });
 * hessian.method; // "double backward"
 */
export class HessianTrace extends Result<HessianTraceRow> {
  readonly method: HessianMethod;
  readonly #model: tf.LayersModel;
  readonly #data: InputData;

  /** @internal */
  constructor(
    rows: readonly HessianTraceRow[],
    { method, model, data }: { method: HessianMethod; model: tf.LayersModel; data: InputData },
  ) {
    super(rows);
    this.method = method;
    this.#model = model;
    this.#data = data;
  }

  /**
   * The expected increase of the loss for each width of each kernel, as {@link mixedPrecision} takes scores:
   * half the trace per parameter times the squared rounding error, in nats. HAWQ-V2, Dong et al. 2020,
   * arXiv:1911.03852, section 3.3, with the ½ of Taylor's formula.
   *
   * @param scheme the formats of kernels; the widths in it aren't used
   * @throws RangeError if `bits` aren't integers from 1 to 16
   * @example
   * const hessian = await q.analysis.hessianTrace(model, train.take(64), { samples: 4 });
   * const scores = await hessian.scores(scheme, { bits: [2, 8] });
   * scores.conv![2]! > scores.conv![8]!; // true
   */
  async scores(scheme: Scheme, options: HessianScoresOptions): Promise<Scores> {
    checkOptions<HessianScoresOptions>("HessianTrace.scores", options, {
      bits: true,
      method: true,
    });
    const { bits, method = "mse" } = options;
    const widths = checkWidths(bits);
    const ranges = { calibration: this.#data, method, activations: false };
    const formats = byNames(this.#model, scheme);
    const kernels = await RoundedKernels.make(this.#model, formats, widths, ranges);
    const scores: Scores = {};
    for (const { layer, "trace per parameter": curvature } of this.rows) {
      const scored = widths.flatMap((width) => {
        const error = kernels.squaredError(layer, width);
        return error === undefined ? [] : [[width, (curvature * error) / 2] as const];
      });
      if (scored.length > 0) scores[layer] = Object.fromEntries(scored);
    }
    kernels.dispose();
    return scores;
  }

  /** The trace per parameter, with its standard error. */
  get figure(): plot.Figure {
    const names = this.rows.map(({ layer }) => layer);
    const values = this.rows.map((row) => row["trace per parameter"]);
    const interval = this.rows.map((row) => row["standard error"] / row.parameters);
    return layerBars({
      title: "How sharply the loss bends along each kernel",
      data: [plot.bars(names, values, { name: "trace per parameter", interval })],
      value: { title: "trace of the Hessian per parameter", zero: true },
    });
  }

  override toString(): string {
    const key = "trace per parameter";
    const { layer, [key]: most } = this.rows.reduce((a, b) => (b[key] > a[key] ? b : a));
    return `The loss bends most along ${layer}: ${most.toPrecision(3)} per parameter (by ${this.method})`;
  }
}
