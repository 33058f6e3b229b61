import { digestOf, isSigned } from "#door/exercises/progress/sign";

/** An exercise on a sheet. */
export interface SheetExercise {
  /** Lesson and number when the sheet was written, e.g. `"06.2"`. */
  readonly id: string;
  readonly question: string;
  /** The time at which it was solved, in ISO 8601. */
  readonly time: string;
  /** The wrong answers before. */
  readonly attempts: number;
  /** The version of qatlab in which it was solved. */
  readonly version: string;
  /** The answer, where it is plain data: it can be checked again. */
  readonly answer?: unknown;
}

/** The content of a sheet. */
export interface SheetContent {
  readonly format: "qatlab sheet";
  readonly formatVersion: 1;
  readonly name: string;
  /** The time at which the sheet was written, in ISO 8601. */
  readonly time: string;
  /** The version of qatlab that wrote the sheet. */
  readonly version: string;
  readonly exercises: readonly SheetExercise[];
}

/** A sheet as its file holds it. */
export interface SheetFile extends SheetContent {
  /** The SHA-256 digest of the content as JSON without spaces. */
  readonly sha256: string;
  /** The public key of the computer that signed, and the signature by Ed25519; both in base64. */
  readonly key: string;
  readonly signature: string;
}

/** The text that is signed: the content as JSON without spaces, in the order of the file. */
export function signedText(content: SheetContent): string {
  return JSON.stringify(content);
}

/**
 * @internal
 * Reads a sheet's file, and compares digest and signature with the content.
 *
 * @returns the sheet, and its fault in words if it was changed after it had been signed
 * @throws Error if the text is no sheet
 */
export function readSheet(text: string): { sheet: SheetFile; fault: string | undefined } {
  const sheet = parse(text);
  const { sha256, key, signature, ...content } = sheet;
  const signed = signedText(content);
  const fault =
    digestOf(signed) !== sha256
      ? "the sheet was changed after it was written: its digest is another one"
      : isSigned(signed, key, signature)
        ? undefined
        : "the signature isn't that of the sheet's key";
  return { sheet, fault };
}

function parse(text: string): SheetFile {
  let sheet: Partial<SheetFile> | null;
  try {
    sheet = JSON.parse(text);
  } catch {
    throw new Error("not a sheet (expected JSON, as q.exercises.sheet writes it)");
  }
  if (sheet?.format !== "qatlab sheet") {
    throw new Error("not a sheet (expected a file that q.exercises.sheet has written)");
  }
  if (sheet.formatVersion !== 1) {
    throw new Error(`a sheet of version ${sheet.formatVersion} (expected 1: update qatlab)`);
  }
  const texts = ["name", "time", "version", "sha256", "key", "signature"] as const;
  const missing = texts.find((name) => typeof sheet[name] !== "string");
  const whole = Array.isArray(sheet.exercises) && sheet.exercises.every(isExercise);
  if (missing || !whole) {
    throw new Error(`a sheet without ${missing ?? "a list of exercises"}`);
  }
  return sheet as SheetFile;
}

function isExercise(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { id, question, time, attempts, version } = entry as Record<string, unknown>;
  const texts = [id, question, time, version].every((value) => typeof value === "string");
  return texts && Number.isInteger(attempts);
}
