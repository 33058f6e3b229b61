import type { Exercise } from "../exercise.js";

/** A line of the progress file: an exercise that was solved. */
export interface Solved {
  /** The exercise's number when it was solved; lessons may be renumbered later. */
  readonly solved: string;
  /** The question, by which the exercise is found again. */
  readonly question: string;
  /** The time, in ISO 8601. */
  readonly time: string;
  /** The wrong answers before, in that kernel's life. */
  readonly attempts: number;
  /** The version of qatlab. */
  readonly version: string;
  /** The answer, if it is a number, a text, or made of these, in at most 1,000 characters of JSON. */
  readonly answer?: unknown;
}

/** @internal The words in front of a question's first colon, stop or question mark: the exercise's name. */
export function titleOf({ question }: Pick<Exercise, "question">): string {
  return /^[^:.?]*\??/.exec(question)![0];
}

/** @internal The lines of the progress file: those that hold a solved exercise, all that can be read, and the others. */
export function parseStore(text: string): { solved: Solved[]; good: string[]; broken: string[] } {
  const solved: Solved[] = [];
  const good: string[] = [];
  const broken: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const entry = parse(line);
    (entry ? good : broken).push(line);
    if (entry && isSolved(entry)) solved.push(entry);
  }
  return { solved, good, broken };
}

/** A line of another kind is a later version's: it is kept, and not read. */
function parse(line: string): object | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return undefined;
    return "solved" in entry && !isSolved(entry) ? undefined : entry;
  } catch {
    return undefined;
  }
}

function isSolved(entry: object): entry is Solved {
  const { solved, question, time, attempts, version } = entry as Record<string, unknown>;
  const texts = [solved, question, time, version].every((value) => typeof value === "string");
  return texts && Number.isInteger(attempts) && !Number.isNaN(Date.parse(time as string));
}

/** @internal The answer as the progress file keeps it: plain data that isn't long, or nothing. */
export function keptAnswer(answer: unknown): { answer?: unknown } {
  if (!isPlain(answer)) return {};
  return JSON.stringify(answer).length <= 1000 ? { answer } : {};
}

function isPlain(value: unknown): boolean {
  if (typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}
