import { interval, mean } from "../statistics/index.js";
import { valuesOf } from "./figure.js";
import type { StudyPlan } from "./options.js";
import type { StudyRow } from "./rows.js";
import type { ResultTable } from "./text.js";

/**
 * The table of a study's means with the reach of their intervals: a row for each setting, a column for each measure. The
 * best of a row is marked where several measures compete; references don't.
 */
export function meansOf(
  { best, digits, names, reference = [] }: StudyPlan<unknown, unknown>,
  rows: readonly StudyRow[],
  measures: readonly string[],
): ResultTable {
  const references = [reference].flat();
  const sign = best === "low" ? -1 : 1;
  const lines = names.map((setting) => {
    const cells = measures.map((measure) => {
      const values = valuesOf(rows, measure, setting);
      const reach = values.length < 2 ? null : interval(values).high - mean(values);
      return { mean: mean(values), reach, best: false };
    });
    const running = cells.filter((_, i) => !references.includes(measures[i]!));
    const top = Math.max(...running.map((cell) => sign * cell.mean));
    const compared = running.length > 1 && best !== "none";
    for (const cell of running) cell.best = compared && sign * cell.mean === top;
    return { name: setting || "mean", cells };
  });
  const alone = names.length === 1 && names[0] === "";
  return { corner: alone ? "" : "setting", columns: [...measures], rows: lines, digits };
}
