import { colors, Figure, scatter, type Trace } from "../plot/index.js";
import type { ComparisonRow } from "./comparison.js";

/** A forest plot's words, and the differences that a reader predicted, by the names of rows. */
export interface ForestOptions {
  title: string;
  unit: string;
  guesses: Readonly<Record<string, number | undefined>>;
}

/**
 * Paired differences as dots with their intervals, a row each, the first on top: grey where nothing is shown. Zero is
 * always in view.
 */
export function forest(
  rows: readonly (ComparisonRow & { name: string })[],
  { title, unit, guesses }: ForestOptions,
): Figure {
  const heights = rows.map((_, i) => 0 - i);
  const kinds = [
    { name: "a difference", color: colors.qat, shown: true },
    { name: "nothing is shown", color: colors.float, shown: false },
  ];
  const dots = kinds.flatMap(({ name, color, shown }): Trace[] => {
    const of = rows
      .map((row, i) => ({ ...row, at: 0 - i }))
      .filter((row) => isShown(row) === shown);
    if (of.length === 0) return [];
    const points = scatter(
      of.map((row) => row.mean),
      of.map((row) => row.at),
      { name, color, size: 9 },
    );
    const reach = of.map((row) => row.high - row.mean);
    return [{ ...points, error_x: { type: "data", array: reach, color, thickness: 2, width: 4 } }];
  });
  const predicted = rows.flatMap((row, i) => {
    const value = guesses[row.name];
    return value === undefined ? [] : [{ value, at: 0 - i }];
  });
  const marks = scatter(
    predicted.map(({ value }) => value),
    predicted.map(({ at }) => at),
    { name: "guess", size: 11 },
  );
  return new Figure({
    title,
    data: [...dots, ...(predicted.length > 0 ? [marks] : [])],
    x: { title: "difference", unit, zero: true },
    layout: {
      showlegend: true,
      height: 130 + 24 * rows.length,
      margin: { l: 24 + 7 * Math.max(...rows.map(({ name }) => name.length)) },
      yaxis: {
        tickvals: heights,
        ticktext: rows.map(({ name }) => name),
        range: [0.6 - rows.length, 0.6],
        zeroline: false,
        showgrid: false,
        automargin: true,
      },
    },
    alt: `${title}. ${rows.map((row) => `${row.name}: ${inWords(row, unit)}`).join("; ")}`,
  });
}

/** Whether a difference is shown, corrected for looking at all of them. */
export function isShown({ corrected }: Pick<ComparisonRow, "corrected">): boolean {
  return corrected <= 0.05;
}

function inWords({ mean, low, high }: ComparisonRow, unit: string): string {
  // A difference of 1e-15 is one that rounding has left of 0.
  const write = (value: number) =>
    (Math.abs(value) < 1e-9 ? 0 : value).toPrecision(3).replace("-", "−");
  return `${write(mean)} ${unit}, from ${write(low)} to ${write(high)}`;
}
