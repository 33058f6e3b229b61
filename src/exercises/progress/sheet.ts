import { digestOf, sign } from "#door/exercises/progress/sign";
import { storePath, version } from "#door/exercises/progress/store";
import { checkOptions, complaint } from "../../arguments/index.js";
import { displaySymbol, html, type MimeBundle } from "../../display/index.js";
import { checkFile, writeWholeFile } from "../../export/index.js";
import { numbered, readKept } from "./keep.js";
import { type SheetContent, signedText } from "./sheetForm.js";

/** Options of {@link sheet}. */
export interface SheetOptions {
  /** The name that stands on the sheet. */
  name: string;
  /** Whether a file of that name is replaced. Default false. */
  overwrite?: boolean;
}

/** A sheet that was written: its name, its exercises and its file. */
export interface WrittenSheet {
  readonly name: string;
  readonly file: string;
  readonly solved: readonly string[];
  readonly sha256: string;
}

/**
 * Writes the solved exercises onto a signed sheet, a JSON file to hand in: the name, each exercise with its time, the
 * wrong answers before, the versions, a digest, and a signature. `npx qatlab grade FOLDER` verifies sheets.
 *
 * The signature (Ed25519, by a key that is made once and lies beside the progress file) proves that nothing on the
 * sheet was changed after it was written, and that two sheets with one key come from one computer. It doesn't prove
 * who sat there, nor that the answers weren't taken from the solutions. Answers that are numbers, texts or
 * records stand on the sheet, and `grade` checks them again.
 *
 * @param file the path of the file, e.g. `"sheet.json"`
 * @throws TypeError if there is no name; Error if no exercise is solved, if nothing is kept (`QATLAB_PROGRESS=off`), or
 *   if the file can't be written
 * @example
 * const hand = (): q.exercises.WrittenSheet => q.exercises.sheet("sheet.json", { name: "Ada Lovelace" });
 * typeof hand; // "function"
 */
export function sheet(file: string, options: SheetOptions): WrittenSheet {
  checkOptions<SheetOptions>("q.exercises.sheet", options, { name: true, overwrite: true });
  const { name, overwrite = false } = options ?? {};
  if (typeof name !== "string" || name.trim() === "") {
    const example = 'q.exercises.sheet("sheet.json", { name: "Ada Lovelace" })';
    throw new TypeError(complaint({ name: "name", value: name, expected: "your name", example }));
  }
  const path = checkFile({ file, overwrite, example: "sheet.json" });
  const store = storePath();
  if (store === undefined) {
    throw new Error("nothing is kept here (QATLAB_PROGRESS is off): there is nothing to write");
  }
  const content = contentOf(name.trim());
  const text = signedText(content);
  const sha256 = digestOf(text);
  const whole = { ...content, sha256, ...sign(store, text) };
  const bytes = new TextEncoder().encode(`${JSON.stringify(whole, null, 1)}\n`);
  writeWholeFile(path, bytes, "q.exercises.sheet");
  return shown({
    name: content.name,
    file: path,
    solved: content.exercises.map(({ id }) => id),
    sha256,
  });
}

function contentOf(name: string): SheetContent {
  const { solved } = readKept();
  const exercises = numbered().flatMap(([id]) => {
    const entry = solved.get(id);
    if (!entry) return [];
    const { solved: _, ...rest } = entry;
    return [{ id, ...rest }];
  });
  if (exercises.length === 0) {
    throw new Error("no exercise is solved yet (q.exercises.progress() shows which there are)");
  }
  const time = new Date().toISOString();
  return { format: "qatlab sheet", formatVersion: 1, name, time, version, exercises };
}

/** The sheet, which shows itself in a line. */
function shown(written: WrittenSheet): WrittenSheet {
  const { name, file, solved, sha256 } = written;
  const line = `Sheet of ${name}: ${solved.length} of ${numbered().length} exercises, in ${file} (SHA-256 ${sha256.slice(0, 12)}…)`;
  const bundle = (): MimeBundle => ({
    "text/html": String(html`<div role="note">${line}</div>`),
    "text/plain": line,
  });
  return Object.defineProperties(written, {
    [displaySymbol]: { value: bundle },
    toString: { value: () => line },
    [Symbol.for("nodejs.util.inspect.custom")]: { value: () => line },
  });
}
