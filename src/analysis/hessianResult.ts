import type { CalibrationMethod } from "../calibration/index.js";
import type { Dataset } from "../datasets/index.js";
import * as plot from "../plot/index.js";
import type { Scheme } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";
import type { HessianMethod } from "./hessianVector.js";
import { RoundedKernels } from "./kernels.js";
import { layerBars } from "./layerBars.js";
import { Result } from "./result.js";
import { checkWidths } from "./sensitivity.js";
import type { Scores } from "./sensitivityResult.js";

/** How sharply the loss bends along a layer's kernel. */
export type HessianTraceRow = {
  layer: string;
  parameters: number;
  /** Of the block of the Hessian that belongs to the kernel. */
  trace: number;
  "standard error": number;
  "trace per parameter": number;
};

/**
 * The trace of the loss's Hessian for each kernel: shows itself as a figure and a table.
 *
 * @example
 * const hessian: q.analysis.HessianTrace = await q.analysis.hessianTrace(model, train.take(64), { samples: 4 });
 * hessian.method; // "double backward"
 */
export class HessianTrace extends Result<HessianTraceRow> {
  readonly method: HessianMethod;
  readonly #model: tf.LayersModel;
  readonly #data: Dataset;

  /** @internal */
  constructor(
    rows: readonly HessianTraceRow[],
    { method, model, data }: { method: HessianMethod; model: tf.LayersModel; data: Dataset },
  ) {
    super(rows);
    this.method = method;
    this.#model = model;
    this.#data = data;
  }

  /**
   * What each width of each kernel is expected to cost, half the trace per parameter times the squared rounding error, in
   * nats: as {@link mixedPrecision} takes it. HAWQ-V2, Dong et al. 2020, arXiv:1911.03852, section 3.3, with the ½ of Taylor's formula.
   *
   * @param scheme the formats of kernels, but for their widths
   * @param options `bits`, the widths; `method`, how ranges are found (default `"mse"`)
   * @throws RangeError for bits that aren't widths
   * @example
   * const hessian = await q.analysis.hessianTrace(model, train.take(64), { samples: 4 });
   * const scores = await hessian.scores(scheme, { bits: [2, 8] });
   * scores.conv![2]! > scores.conv![8]!; // true
   */
  async scores(
    scheme: Scheme,
    { bits, method = "mse" }: { bits: readonly number[]; method?: CalibrationMethod },
  ): Promise<Scores> {
    const widths = checkWidths(bits);
    const how = { calibration: this.#data, method, activations: false };
    const kernels = await RoundedKernels.make(this.#model, scheme, widths, how);
    const scores: Scores = {};
    for (const { layer, "trace per parameter": curvature } of this.rows) {
      const own = widths.flatMap((width) => {
        const error = kernels.squaredError(layer, width);
        return error === undefined ? [] : [[width, (curvature * error) / 2] as const];
      });
      if (own.length > 0) scores[layer] = Object.fromEntries(own);
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
