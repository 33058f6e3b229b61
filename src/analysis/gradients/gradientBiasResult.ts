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

  /** Gradients and, dashed, the slopes of the expected loss; beside them the biases. */
  get figure(): plot.Figure {
    const lines = (column: "gradient" | "bias") =>
      this.rows.map(({ estimator: name }, i) => {
        const curve = this.points.filter(({ estimator }) => estimator === name);
        const color = plot.colorOf(name, i);
        return plot.line(
          curve.map(({ x }) => x),
          curve.map((point) => point[column]),
          { name, color, label: false },
        );
      });
    const slopes = this.distinctSlopes().map((name) => {
      const curve = this.points.filter(({ estimator }) => estimator === name);
      return plot.line(
        curve.map(({ x }) => x),
        curve.map((point) => point["finite difference"]),
        { name: `slope (${name})`, color: plot.colors.float, dash: "dash", label: false },
      );
    });
    return plot.figure({
      title: "Gradients against the slope of the expected loss",
      data: [...lines("gradient"), ...slopes, ...plot.right(lines("bias"))],
      x: "value",
      y: "gradient",
      x2: "value",
      y2: "bias",
      layout: { showlegend: true },
    });
  }

  /**
   * The first estimator of each group that rounds alike, since all estimators of a group have the same expected
   * loss.
   */
  private distinctSlopes(): string[] {
    const slopesOf = (name: string) =>
      this.points
        .filter(({ estimator }) => estimator === name)
        .map((point) => point["finite difference"]);
    const kept: string[] = [];
    for (const { estimator } of this.rows) {
      const slopes = slopesOf(estimator);
      const tolerance = 0.02 * Math.max(...slopes.map(Math.abs));
      const isKnown = (name: string) =>
        slopesOf(name).every((slope, i) => Math.abs(slope - slopes[i]!) <= tolerance);
      if (!kept.some(isKnown)) kept.push(estimator);
    }
    return kept;
  }

  override toString(): string {
    const [least] = [...this.rows].sort((a, b) => a["mean |bias|"] - b["mean |bias|"]);
    const bias = least!["mean |bias|"].toFixed(3);
    return `The least mean |bias|: ${bias} (${least!.estimator})`;
  }
}
