import { exerciseMimeType } from "../../mimeTypes/index.js";
import { type Notebook, parseNotebook } from "../parameters.js";
import type { GradeRow } from "./rows.js";

/** A row without its student and file. */
export type Finding = Omit<GradeRow, "student" | "file">;

/**
 * The verdicts that a notebook's outputs hold, the last one of each exercise, and a row for each cell that ended in an
 * error.
 *
 * @param from where the outputs come from
 */
export function notebookFindings(text: string, from: "outputs" | "run"): Finding[] {
  let notebook: Notebook;
  try {
    notebook = parseNotebook(text);
  } catch (error) {
    return [failure((error as Error).message)];
  }
  const outputs = notebook.cells.flatMap((cell) =>
    Array.isArray(cell?.outputs) ? cell.outputs : [],
  );
  const found = new Map<string, Finding>();
  for (const output of outputs) {
    const verdict = output?.data?.[exerciseMimeType];
    if (isVerdict(verdict)) found.set(verdict.id, finding(verdict, from));
  }
  const errors = outputs.filter((output) => output?.output_type === "error");
  const rows = [...found.values()].sort((a, b) => (a.exercise < b.exercise ? -1 : 1));
  if (errors.length > 0) {
    const { ename = "Error", evalue = "" } = errors[0] as { ename?: string; evalue?: string };
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    rows.push(failure(`a cell ended in an error: ${`${ename}: ${evalue}`.slice(0, 200)}${more}`));
  }
  return rows.length > 0 ? rows : [failure("no verdicts: no exercise cell was run and saved")];
}

/** @internal A row for a file that has no verdicts. */
export function failure(remark: string): Finding {
  return { exercise: "", state: "error", attempts: "", from: "", checked: "", remark };
}

interface SavedVerdict {
  id: string;
  state: "right" | "wrong" | "open";
  attempts: number;
}

function isVerdict(value: unknown): value is SavedVerdict {
  if (typeof value !== "object" || value === null) return false;
  const { id, state, attempts } = value as Record<string, unknown>;
  return (
    typeof id === "string" &&
    ["right", "wrong", "open"].includes(state as string) &&
    typeof attempts === "number"
  );
}

function finding({ id, state, attempts }: SavedVerdict, from: "outputs" | "run"): Finding {
  const checked = from === "run" ? "yes" : "no";
  return { exercise: id, state, attempts, from, checked, remark: "" };
}
