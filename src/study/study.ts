import { display, displaySymbol } from "../display/index.js";
import { studyFigure } from "./figure.js";
import { storedRows, storeRows } from "./file.js";
import { checkNamed, planOf, type StudyOptions, type StudyPlan, type StudyRun } from "./options.js";
import { Study } from "./result.js";
import { checkMeasures, type StudyRow } from "./rows.js";

/**
 * Runs an experiment for each of a number of seeds, and in each of a number of settings, and shows the means with their
 * intervals while it runs, and as a table at the end.
 *
 * The seeds are fixed before the first run: adding seeds after a look at the results makes chance look like a finding.
 *
 * @param seeds Different integers from 0.
 * @param run Measures one seed in one setting: an object of finite numbers, the same names in every run.
 * @returns The rows, their means and intervals, paired differences, a figure, and tables for Markdown, LaTeX and CSV.
 * @throws TypeError or RangeError, before the first run, for a plan that can't be carried out; TypeError if a run returns
 *   something else; Error if `file` holds another study
 * @example
 * const study = await q.study([1, 2, 3], ({ seed, setting }) => ({ plain: seed, better: seed + setting }), {
 *   settings: { one: 1, two: 2 }, unit: "", live: false,
 * });
 * study.difference("better", "plain", "two").mean; // 2
 */
export async function study<M extends Record<string, number>, S = undefined, T = undefined>(
  seeds: readonly number[],
  run: (run: StudyRun<S, T>) => M | Promise<M>,
  options: StudyOptions<S, T> = {},
): Promise<Study<keyof M & string, T>> {
  const plan = planOf(seeds, run, options);
  const rows = await storedRows(plan);
  const shared = new Map<number, T>();
  let measures = rows[0] && measuresOf(rows[0]);
  const show = showing(plan, rows, () => measures ?? []);
  for (const seed of plan.seeds) {
    const open = plan.names.filter((name) => !rows.some((row) => isRun(row, seed, name)));
    if (open.length === 0 && !plan.keepShared) continue;
    const made = (await plan.shared?.(seed)) as T;
    try {
      for (const name of open) {
        const setting = plan.settings?.[name] as S;
        const measured = await run({ seed, name, setting, shared: made });
        const place = name === "" ? `seed ${seed}` : `seed ${seed}, ${name}`;
        const checked = checkMeasures(measured, measures, place);
        checkNamed(plan, Object.keys(checked));
        measures ??= Object.keys(checked);
        rows.push({ seed, setting: name, ...checked });
        storeRows(plan, rows);
        show();
      }
    } catch (error) {
      for (const one of [...shared.values(), made]) dispose(one);
      throw error;
    }
    if (plan.keepShared) shared.set(seed, made);
    else dispose(made);
  }
  const order = (row: StudyRow) =>
    plan.seeds.indexOf(row.seed) * plan.names.length + plan.names.indexOf(row.setting);
  rows.sort((a, b) => order(a) - order(b));
  const result = new Study(plan, rows as StudyRow<keyof M & string>[], shared);
  if (plan.live !== false) display({ [displaySymbol]: () => result.below() });
  return result;
}

/** A function that brings the live figure up to date. */
function showing<S, T>(
  plan: StudyPlan<S, T>,
  rows: readonly StudyRow[],
  measures: () => readonly string[],
): () => void {
  if (plan.live === false) return () => {};
  const draw = () => studyFigure(plan, rows, measures());
  const shown =
    rows.length > 0 ? display(draw()) : display(`${plan.title}: the first run is under way`);
  return () => {
    shown.update(draw());
  };
}

function measuresOf(row: StudyRow): string[] {
  return Object.keys(row).filter((name) => name !== "seed" && name !== "setting");
}

function isRun(row: StudyRow, seed: number, setting: string): boolean {
  return row.seed === seed && row.setting === setting;
}

function dispose(made: unknown): void {
  const disposable = made as { dispose?: () => void } | undefined;
  if (typeof disposable?.dispose === "function") disposable.dispose();
}
