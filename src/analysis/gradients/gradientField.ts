import { checkChoice, checkCount, checkOptions } from "../../arguments/index.js";
import { roundedBy } from "../../estimators/index.js";
import * as plot from "../../plot/index.js";
import { tf } from "../../tensorflow/index.js";
import { Result } from "../result.js";
import {
  drawn,
  type EstimatorOptions,
  estimatorOptions,
  inUse,
  nameOf,
} from "./estimatorPoints.js";

/** Options of {@link gradientField}. */
export interface GradientFieldOptions extends EstimatorOptions {
  /**
   * The variable of the gradient: the values, or the parameter of the range that an estimator learns, such as a
   * scale. Default `"values"`.
   */
  of?: "values" | "range";
  /** The number of values. Default 401. */
  points?: number;
  /** The gradient of the loss for the rounded value, which the estimator passes on. Default 1. */
  upstream?: number;
}

/** The results of an estimator at a value. */
export type GradientFieldRow = {
  estimator: string;
  /** The variable of the gradient: `x`, or a parameter's name. */
  of: string;
  x: number;
  /** The rounded value; the mean of the draws if the estimator has noise. */
  rounded: number;
  gradient: number;
};

/**
 * The gradients of estimators over the values, which show themselves as a figure and a table.
 *
 * @example
 * const field: q.analysis.GradientField = q.analysis.gradientField({ estimators: ["lsq"], of: "range" });
 * field.rows[0]!.of; // "scale"
 */
export class GradientField extends Result<GradientFieldRow> {
  /** A small panel for each estimator: the rounded values as grey stairs, and the gradient. */
  get figure(): plot.Figure {
    const names = [...new Set(this.rows.map(({ estimator }) => estimator))];
    const learned = this.rows.some(({ of }) => of !== "x");
    const small = plot.panels(
      names,
      (name, i) => {
        const curve = this.rows.filter(({ estimator }) => estimator === name);
        const x = curve.map((row) => short(row.x));
        const rounded = curve.map((row) => short(row.rounded));
        const gradient = curve.map((row) => short(row.gradient));
        const grey = { color: plot.colors.float, label: false } as const;
        return [
          plot.line(x, rounded, { ...grey, shape: "hvh" }),
          plot.line(x, gradient, { color: plot.colorOf(name, i), label: false }),
        ];
      },
      { columns: names.length > 6 ? 5 : 3 },
    );
    return plot.figure({
      ...small,
      title: `Rounded values (grey), and ${learned ? "gradients for the learned parameter" : "gradients"}`,
      x: "value",
      y: "rounded, gradient",
    });
  }

  override toString(): string {
    const names = [...new Set(this.rows.map(({ estimator }) => estimator))];
    const means = names.map((name) => {
      const curve = this.rows.filter(({ estimator }) => estimator === name);
      const mean = curve.reduce((sum, { gradient }) => sum + gradient, 0) / curve.length;
      return `${name} ${mean.toFixed(3)}`;
    });
    return `Mean gradients: ${means.join(", ")}`;
  }
}

/**
 * Computes the gradients that estimators pass on, value by value, from 30 % of the range's width below the
 * range to 30 % above it. With `of: "range"` the gradient is that of the rounded value for the range's learned
 * parameter (LSQ's figure 2), without the factor that training multiplies it by; only estimators that learn a
 * parameter take part.
 *
 * @returns a result with `rows`, a `table` and a `figure`
 * @throws TypeError if an estimator is unknown; RangeError if the range doesn't contain 0, or there are fewer
 *   than 2 points
 * @example
 * const field = q.analysis.gradientField({ estimators: ["none", "ste", "clippedSte"], points: 5 });
 * String(field); // "Mean gradients: none 0.000, ste 1.000, clippedSte 0.600"
 */
export function gradientField(options: GradientFieldOptions = {}): GradientField {
  checkOptions<GradientFieldOptions>("q.analysis.gradientField", options, {
    of: true,
    points: true,
    upstream: true,
    estimators: true,
    format: true,
    range: true,
    role: true,
  });
  const { of = "values", points = 401, upstream = 1, ...rest } = options;
  const { estimators, format, range, role } = estimatorOptions(rest);
  checkCount("points", points, { least: 2 });
  checkChoice("of", of, ["values", "range"]);
  const margin = 0.3 * (range.max - range.min);
  const rows = estimators.flatMap((choice) =>
    tf.tidy(() => {
      // Each value gets a channel, and so a parameter with its gradient.
      const ends = (end: number) =>
        of === "range" ? Array.from({ length: points }, () => end) : end;
      const per = of === "range" ? "channel" : "tensor";
      const each = { min: ends(range.min), max: ends(range.max) };
      const used = inUse(choice, { ...format, per }, each, role);
      const { estimator, input, name } = used;
      const { names = [], fixed = [] } = estimator.learned ?? {};
      const parameter = of === "range" ? names.find((name) => !fixed.includes(name)) : "x";
      if (parameter === undefined) return [];
      const x = tf.linspace(range.min - margin, range.max + margin, points).reshape([1, points]);
      const many = of === "range" ? x : drawn(x, used);
      const value = roundedBy(estimator, { ...input, x: many });
      const gradients = estimator.backward({
        ...input,
        x: many,
        value,
        dy: tf.fill(many.shape, upstream),
      });
      const gradient = gradients[parameter] ?? tf.zerosLike(input.parameters[parameter]!);
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
      `invalid estimators: ${estimators.map(nameOf).join(", ")} learn no parameter of the range (expected an estimator that does, as in { estimators: ["lsq", "pact"], of: "range" })`,
    );
  }
  return new GradientField(rows);
}

/** Four digits are more than a small panel shows, and keep a notebook small. */
const short = (value: number) => Number(value.toPrecision(4));
