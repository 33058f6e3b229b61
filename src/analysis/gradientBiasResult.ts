import * as plot from "../plot/index.js";
import { Result } from "./result.js";

/** How far an estimator's mean gradient is from the slope of the expected loss, over all values. */
export type GradientBiasRow = {
  estimator: string;
  "mean |bias|": number;
  "largest |bias|": number;
  /** Of the finite differences, to compare with. */
  "mean |slope|": number;
  /** Share of the values where gradient and slope point opposite ways, or the gradient is 0. */
  "wrong way (%)": number;
};

/** An estimator's gradient at one value. */
export type BiasPoint = {
  estimator: string;
  x: number;
  /** Expected loss. */
  loss: number;
  /** The estimator's, in the mean. */
  gradient: number;
  "finite difference": number;
  bias: number;
};

/**
 * The bias of estimators' gradients: shows itself as a figure and a table.
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
        const own = points.filter((point) => point.estimator === estimator);
        const mean = (of: (point: BiasPoint) => number) =>
          own.reduce((sum, point) => sum + of(point), 0) / own.length;
        return {
          estimator,
          "mean |bias|": mean(({ bias }) => Math.abs(bias)),
          "largest |bias|": Math.max(...own.map(({ bias }) => Math.abs(bias))),
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
        const own = this.points.filter(({ estimator }) => estimator === name);
        const color = plot.colorOf(name, i);
        return plot.line(
          own.map(({ x }) => x),
          own.map((point) => point[column]),
          { name, color, label: false },
        );
      });
    const slopes = this.distinctSlopes().map((name) => {
      const own = this.points.filter(({ estimator }) => estimator === name);
      return plot.line(
        own.map(({ x }) => x),
        own.map((point) => point["finite difference"]),
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

  /** The first estimator of each that round alike: they have one expected loss. */
  private distinctSlopes(): string[] {
    const slopesOf = (name: string) =>
      this.points
        .filter(({ estimator }) => estimator === name)
        .map((point) => point["finite difference"]);
    const kept: string[] = [];
    for (const { estimator } of this.rows) {
      const own = slopesOf(estimator);
      const tolerance = 0.02 * Math.max(...own.map(Math.abs));
      const isKnown = (name: string) =>
        slopesOf(name).every((slope, i) => Math.abs(slope - own[i]!) <= tolerance);
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
