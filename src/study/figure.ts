import { assignColors, bars, colorOf, Figure, line } from "../plot/index.js";
import { type Interval, interval, mean } from "../statistics/index.js";
import type { StudyPlan } from "./options.js";
import type { StudyRow } from "./rows.js";

/**
 * The means as bars with their 95 % intervals: a bar for each measure, side by side for each setting; without
 * settings a bar for each measure.
 */
export function studyFigure<S, T>(
  plan: StudyPlan<S, T>,
  rows: readonly StudyRow[],
  measures: readonly string[],
): Figure {
  const shown = plan.shown ?? measures;
  const total = plan.seeds.length * plan.names.length;
  const settings = plan.names.filter((name) => rows.some(({ setting }) => setting === name));
  const alone = plan.names.length === 1 && plan.names[0] === "";
  const groups = alone ? shown : settings;
  if (shown.length > 1) assignColors(shown);
  // Bars of one measure are told apart by the names below them; a name with a colour of its own has it here too.
  const colors = shown.length === 1 ? settings.map((name) => colorOf(name)) : undefined;
  const traces = alone
    ? [
        barsOf(
          "mean",
          [...shown],
          shown.map((measure) => summary(rows, measure, "")),
          shown.map((measure) => colorOf(measure)),
        ),
      ]
    : shown.map((measure) =>
        barsOf(
          measure,
          settings,
          settings.map((name) => summary(rows, measure, name)),
          colors,
        ),
      );
  const references = Object.entries(plan.references ?? {}).map(([name, value]) =>
    line(
      [...groups],
      groups.map(() => value),
      { name, dash: "dash" },
    ),
  );
  const of = plan.seeds.length === 1 ? "one seed" : `mean of ${plan.seeds.length} seeds`;
  const done = rows.length < total ? `, ${rows.length} of ${total} runs` : "";
  const range = plan.unit === "%" ? { range: [0, 100] as [number, number] } : { zero: true };
  return new Figure({
    data: groups.length === 0 ? [] : [...traces, ...references],
    title: `${plan.title}${done}`,
    y: { title: `${of}${plan.unit && ` (${plan.unit})`}`, ...range },
  });
}

/** The mean of the runs of one setting, and the reach of its interval. */
function summary(
  rows: readonly StudyRow[],
  measure: string,
  setting: string,
): Pick<Interval, "mean"> & { reach: number } {
  const values = valuesOf(rows, measure, setting);
  if (values.length < 2) return { mean: mean(values), reach: 0 };
  const found = interval(values);
  return { mean: found.mean, reach: found.high - found.mean };
}

function barsOf(
  name: string,
  names: string[],
  found: { mean: number; reach: number }[],
  colors?: string[],
) {
  return bars(
    names,
    found.map(({ mean }) => mean),
    {
      name,
      // A single seed has no interval, not one of length 0.
      ...(found.some(({ reach }) => reach > 0) && { interval: found.map(({ reach }) => reach) }),
      ...(colors && { colors }),
    },
  );
}

/** The values of a measure in a setting, in the order of the seeds. */
export function valuesOf(rows: readonly StudyRow[], measure: string, setting: string): number[] {
  return rows.filter((row) => row.setting === setting).map((row) => row[measure] as number);
}
