import { opened, readText, writeText } from "#door/study/stored";
import type { StudyPlan } from "./options.js";
import type { StudyRow } from "./rows.js";

/** The runs of a study in a file, so that a study that was stopped goes on. */
interface Stored {
  format: "qatlab study";
  version: 1;
  seeds: readonly number[];
  settings: readonly string[];
  /** The value of each setting, as JSON, as far as JSON can say it: functions and tensors are left out. */
  values?: Record<string, string>;
  rows: StudyRow[];
}

/**
 * The runs that a study's file holds; none if there is no file yet.
 *
 * @throws Error if the file is no study's, or that of another study
 */
export async function storedRows<S, T>(plan: StudyPlan<S, T>): Promise<StudyRow[]> {
  if (plan.file === undefined) return [];
  await opened;
  const text = readText(plan.file);
  if (text === undefined) return [];
  const stored = parse(text);
  const other = (what: string, of: readonly unknown[], expected: readonly unknown[]) =>
    new Error(
      `${plan.file} holds another study: its ${what} ${what.startsWith("setting ") ? "is" : "are"} ${of.join(", ")}, not ${expected.join(", ")} (choose another file, or delete that one)`,
    );
  if (stored === undefined) {
    throw new Error(`${plan.file} is not the file of a study (choose another file)`);
  }
  if (!same(stored.seeds, plan.seeds)) throw other("seeds", stored.seeds, plan.seeds);
  if (!same(stored.settings, plan.names)) throw other("settings", stored.settings, plan.names);
  const now = valuesOf(plan);
  for (const [name, was] of Object.entries(stored.values ?? {})) {
    const is = now?.[name];
    if (is !== was) throw other(`setting ${name}`, [was], [is ?? "that"]);
  }
  return stored.rows;
}

/** Writes all runs so far. */
export function storeRows<S, T>(plan: StudyPlan<S, T>, rows: StudyRow[]): void {
  if (plan.file === undefined) return;
  const { seeds, names: settings } = plan;
  const values = valuesOf(plan);
  const stored: Stored = { format: "qatlab study", version: 1, seeds, settings, values, rows };
  writeText(plan.file, `${JSON.stringify(stored, null, 1)}\n`);
}

/** The settings that JSON can say, as JSON. */
function valuesOf<S, T>({ settings }: StudyPlan<S, T>): Record<string, string> | undefined {
  if (settings === undefined) return undefined;
  const entries = Object.entries(settings).flatMap(([name, setting]) => {
    try {
      const text = JSON.stringify(setting);
      return text === undefined ? [] : [[name, text] as const];
    } catch {
      return []; // a setting that refers to itself, such as a model
    }
  });
  return Object.fromEntries(entries);
}

function parse(text: string): Stored | undefined {
  try {
    const stored = JSON.parse(text) as Stored;
    const { format, version, seeds, settings, rows } = stored;
    const whole = [seeds, settings, rows].every(Array.isArray);
    return format === "qatlab study" && version === 1 && whole ? stored : undefined;
  } catch {
    return undefined;
  }
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
