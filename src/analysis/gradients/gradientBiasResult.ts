import * as plot from "../../plot/index.js";
import { Result } from "../result.js";

/** The bias of an estimator's mean gradient against the slope of the expected loss, over all values. */
export type GradientBiasRow = {
  estimator: string;
  "mean |bias|": number;
  "largest |bias|": number;
  /** The mean size of the finite differences, to compare the bias with. */
  "mean |slope|": number;
  /** Share of the values at which gradient and slope have opposite signs, or either is 0. */
  "wrong way (%)": number;
};

/** The gradient of an estimator at a value. */
export type BiasPoint = {
  estimator: string;
  x: number;
  /** The expected loss. */
  loss: number;
  /** The mean of the estimator's gradients. */
  gradient: number;
  "finite difference": number;
  bias: number;
};

/**
 * The bias of estimators' gradients, which shows itself as a figure and a table.
 *
 * @example
 * const bias: q.analysis.GradientBias = q.analysis.gradientBias({ estimators: ["none"] });
 * bias.rows[0]!["wrong way (%)"]; // 100
 */
export class GradientBias extends Result<GradientBiasRow> {
  /** Gradients, finite differences and biases, value by value. */
  readonly points: readonly BiasPoint[];

  /** @internal */
  constructor(points: readonly BiasPoint[]) {
    const names = [...new Set(points.map(({ estimator }) => estimator))];
    super(
      names.map((estimator) => {
        const curve = points.filter((point) => point.estimator === estimator);
        const mean = (pick: (point: BiasPoint) => number) =>
          curve.reduce((sum, point) => sum + pick(point), 0) / curve.length;
        return {
          estimator,
          "mean |bias|": mean(({ bias }) => Math.abs(bias)),
          "largest |bias|": Math.max(...curve.map(({ bias }) => Math.abs(bias))),
          "mean |slope|": mean((point) => Math.abs(point["finite difference"])),
          "wrong way (%)":
            100 * mean((point) => (point.gradient * point["finite difference"] > 0 ? 0 : 1)),
        };
      }),
    );
    this.points = points;
  }

  /** A small panel for each estimator: its mean gradient and, dashed, the slope of the expected loss. */
  get figure(): plot.Figure {
    const small = plot.panels(
      this.rows.map(({ estimator }) => estimator),
      (name, i) => {
        const curve = this.points.filter(({ estimator }) => estimator === name);
        const short = (value: number) => Number(value.toPrecision(4));
        const x = curve.map((point) => short(point.x));
        const slope = curve.map((point) => short(point["finite difference"]));
        const gradient = curve.map((point) => short(point.gradient));
        return [
          plot.line(x, gradient, { color: plot.colorOf(name, i), label: false }),
          plot.line(x, slope, { color: plot.colors.float, dash: "dash", label: false }),
        ];
      },
    );
    return plot.figure({
      ...small,
      title: "Mean gradients, and the slope of the expected loss (dashed)",
      x: "value",
      y: "gradient",
    });
  }

  override toString(): string {
    const [least] = [...this.rows].sort((a, b) => a["mean |bias|"] - b["mean |bias|"]);
    const bias = least!["mean |bias|"].toFixed(3);
    return `The least mean |bias|: ${bias} (${least!.estimator})`;
  }
}
