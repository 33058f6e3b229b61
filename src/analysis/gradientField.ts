import * as plot from "../plot/index.js";
import { tf } from "../tensorflow/index.js";
import { drawn, type EstimatorOptions, estimatorOptions, inUse } from "./estimatorPoints.js";
import { Result } from "./result.js";

/** Options of {@link gradientField}. */
export interface GradientFieldOptions extends EstimatorOptions {
  /** The gradient for the values, or for what is learned of the range, such as a scale. Default `"values"`. */
  of?: "values" | "range";
  /** How many values. Default 401. */
  points?: number;
  /** The gradient that comes from above. Default 1. */
  upstream?: number;
}

/** What an estimator makes of one value. */
export type GradientFieldRow = {
  estimator: string;
  /** What the gradient is for: `x`, or a parameter's name. */
  of: string;
  x: number;
  /** The rounded value; the mean of the draws where there is noise. */
  rounded: number;
  gradient: number;
};

/**
 * Gradients of estimators over the values: shows itself as a figure and a table.
 *
 * @example
 * const field: q.analysis.GradientField = q.analysis.gradientField({ estimators: ["lsq"], of: "range" });
 * field.rows[0]!.of; // "scale"
 */
export class GradientField extends Result<GradientFieldRow> {
  /** What values become, and beside it their gradients, a line for each estimator. */
  get figure(): plot.Figure {
    const names = [...new Set(this.rows.map(({ estimator }) => estimator))];
    const lines = (column: "rounded" | "gradient", label: boolean) =>
      names.map((name, i) => {
        const own = this.rows.filter(({ estimator }) => estimator === name);
        return plot.line(
          own.map(({ x }) => x),
          own.map((row) => row[column]),
          { name, color: plot.colorOf(name, i), label },
        );
      });
    const learned = this.rows.some(({ of }) => of !== "x");
    return plot.figure({
      title: learned ? "Gradients for what is learned of the range" : "Gradients through rounding",
      data: [...lines("rounded", false), ...plot.right(lines("gradient", false))],
      x: "value",
      y: "rounded value",
      x2: "value",
      y2: learned ? "gradient for the parameter" : "gradient for the value",
      layout: { showlegend: true },
    });
  }

  override toString(): string {
    const names = [...new Set(this.rows.map(({ estimator }) => estimator))];
    const means = names.map((name) => {
      const own = this.rows.filter(({ estimator }) => estimator === name);
      const mean = own.reduce((sum, { gradient }) => sum + gradient, 0) / own.length;
      return `${name} ${mean.toFixed(3)}`;
    });
    return `Mean gradients: ${means.join(", ")}`;
  }
}

/**
 * What estimators make of a gradient, value by value: from below the range to above it, by 30 % of its width
 * at either end. With `of: "range"`, the derivative of the rounded value for the parameter that is learned of the
 * range (LSQ's figure 2), without the factor that training multiplies it by; only estimators that learn take part.
 *
 * @param options `estimators`, `format`, `range`, `role`, `of`, `points`, `upstream`
 * @returns a result with `rows`, a `table` and a `figure`
 * @throws TypeError for another estimator, RangeError for a range without 0, or fewer than 2 points
 * @example
 * const field = q.analysis.gradientField({ estimators: ["none", "ste", "clippedSte"], points: 5 });
 * String(field); // "Mean gradients: none 0.000, ste 1.000, clippedSte 0.600"
 */
export function gradientField({
  of = "values",
  points = 401,
  upstream = 1,
  ...options
}: GradientFieldOptions = {}): GradientField {
  const { estimators, format, range, role } = estimatorOptions(options);
  if (!Number.isInteger(points) || points < 2) {
    throw new RangeError(`invalid points: ${points} (expected an integer from 2)`);
  }
  if (of !== "values" && of !== "range") {
    throw new TypeError(`invalid of: ${of} (expected "values" or "range")`);
  }
  const margin = 0.3 * (range.max - range.min);
  const rows = estimators.flatMap((given) =>
    tf.tidy(() => {
      // A channel for each value has the gradient of its own parameter.
      const ends = (end: number) =>
        of === "range" ? Array.from({ length: points }, () => end) : end;
      const per = of === "range" ? "channel" : "tensor";
      const each = { min: ends(range.min), max: ends(range.max) };
      const used = inUse(given, { ...format, per }, each, role);
      const { estimator, parameters, context, name } = used;
      const { names = [], fixed = [] } = estimator.learned ?? {};
      const parameter = of === "range" ? names.find((name) => !fixed.includes(name)) : "x";
      if (parameter === undefined) return [];
      const x = tf.linspace(range.min - margin, range.max + margin, points).reshape([1, points]);
      const many = of === "range" ? x : drawn(x, used);
      const value = estimator.forward(many, parameters, context, used.range);
      const gradients = estimator.backward(
        tf.fill(many.shape, upstream),
        many,
        parameters,
        context,
        { range: used.range, value },
      );
      const gradient = gradients[parameter] ?? tf.zerosLike(parameters[parameter]!);
      const [xs, rounded, slopes] = [x, value, gradient].map((t) =>
        tf.mean(t.reshape([-1, points]), 0).dataSync(),
      );
      return Array.from(xs!, (x, i) => ({
        estimator: name,
        of: parameter,
        x,
        rounded: rounded![i]!,
        gradient: slopes![i]!,
      }));
    }),
  );
  if (rows.length === 0) {
    throw new TypeError(
      `invalid estimators: ${estimators.map((e) => (typeof e === "string" ? e : e.name)).join(", ")} learn nothing of the range (expected others, as in { estimators: ["lsq", "pact"], of: "range" })`,
    );
  }
  return new GradientField(rows);
}
