/** A student's exercise, or a file that can't be read. */
export interface GradeRow {
  student: string;
  exercise: string;
  /** `error` stands for a file whose verdicts can't be known. */
  state: "right" | "wrong" | "open" | "error";
  /** The wrong answers before. */
  attempts: number | "";
  /** Where the verdict comes from: a notebook's saved outputs, a sheet, or a run by `--run`. */
  from: "outputs" | "sheet" | "run" | "";
  /** Whether `grade` has checked the verdict itself: by a run, or by an answer on a sheet. */
  checked: "yes" | "no" | "";
  file: string;
  /** The reason why the file can't be read, or what else is to be known of it. */
  remark: string;
}

const columns = [
  "student",
  "exercise",
  "state",
  "attempts",
  "from",
  "checked",
  "file",
  "remark",
] as const;

/** Rows as CSV (RFC 4180), with a head. */
export function csvOf(rows: readonly GradeRow[]): string {
  const lines = rows.map((row) => columns.map((name) => cell(row[name])));
  return [columns, ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

/** A text that a spreadsheet would take for a formula gets an apostrophe: students choose names of files. */
function cell(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
