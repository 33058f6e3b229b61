import { exerciseNamed, lessons, readSheet, type SheetExercise } from "../../exercises/index.js";
import { type Finding, failure } from "./notebook.js";

/** A sheet's rows, with the name and the key that stand on it. */
export interface SheetFindings {
  name: string;
  key: string;
  rows: Finding[];
}

/**
 * The exercises on a sheet. The signature is verified, and answers that are plain data are checked again, by
 * comparison: nothing of a student's runs.
 *
 * @throws Error if the text is no sheet
 */
export function sheetFindings(text: string): SheetFindings {
  const { sheet, fault } = readSheet(text);
  const rows = sheet.exercises.map((entry) => finding(entry));
  if (fault) return { name: sheet.name, key: sheet.key, rows: [failure(fault)] };
  return { name: sheet.name, key: sheet.key, rows };
}

function finding(entry: SheetExercise): Finding {
  const { question, attempts, version } = entry;
  const id = numberOf(entry);
  const row = { attempts, from: "sheet", exercise: id ?? entry.id } as const;
  if (id === undefined) {
    const remark = `solved in qatlab ${version}, whose question isn't in this one: ${question.slice(0, 60)}…`;
    return { ...row, state: "right", checked: "no", remark };
  }
  if (entry.answer === undefined) return { ...row, state: "right", checked: "no", remark: "" };
  const { kind, solution } = exerciseNamed(id);
  const why = kind.compare(entry.answer, solution);
  if (why === undefined) return { ...row, state: "right", checked: "yes", remark: "" };
  return { ...row, state: "wrong", checked: "yes", remark: "the answer on the sheet isn't right" };
}

/** The number that the question has in this version of the course. */
function numberOf({ question }: SheetExercise): string | undefined {
  for (const [lesson, exercises] of Object.entries(lessons)) {
    const i = exercises.findIndex((exercise) => exercise.question === question);
    if (i >= 0) return `${lesson}.${i + 1}`;
  }
  return undefined;
}
