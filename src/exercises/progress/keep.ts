import {
  appendStore,
  fileToTake,
  readStore,
  setAside,
  storePath,
  version,
} from "#door/exercises/progress/store";
import type { Exercise } from "../exercise.js";
import { lessons } from "../lessons.js";
import { keptAnswer, parseStore, type Solved, titleOf } from "./record.js";

/**
 * Keeps a solved exercise in the progress file, unless it is there.
 *
 * @returns the reason why nothing could be kept, if so
 */
export function keepSolved(
  id: string,
  exercise: Exercise,
  { answer, attempts }: { answer: unknown; attempts: number },
): string | undefined {
  const path = storePath();
  if (path === undefined) return undefined;
  try {
    const { question } = exercise;
    if (parseStore(readStore(path)).solved.some((entry) => entry.question === question)) return;
    const time = new Date().toISOString();
    const entry: Solved = { solved: id, question, time, attempts, version, ...keptAnswer(answer) };
    appendStore(path, JSON.stringify(entry));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The solved exercises by their numbers of today, with a remark if the file was broken. */
export interface Kept {
  path: string | undefined;
  solved: ReadonlyMap<string, Solved>;
  remark: string;
}

/** The solved exercises as a file to take along, where they lie in a browser and there are any. */
export function takenAlong(): { name: string; text: string } | undefined {
  const path = storePath();
  return path === undefined ? undefined : fileToTake(path);
}

/** Reads the progress file. Lines that can't be read are told, and the file as it was is kept aside. */
export function readKept(): Kept {
  const path = storePath();
  if (path === undefined) return { path, solved: new Map(), remark: "" };
  try {
    const { solved, good, broken } = parseStore(readStore(path));
    let remark = "";
    if (broken.length > 0) {
      const text = good.map((line) => `${line}\n`).join("");
      const aside = setAside(path, text, new Date());
      const lines = broken.length === 1 ? "1 line" : `${broken.length} lines`;
      remark = `${lines} of ${path} can’t be read. The file as it was is kept as ${aside}; all other lines count on.`;
    }
    return { path, solved: byNumber(solved), remark };
  } catch (error) {
    const remark = `${path} can’t be read: ${(error as Error).message}`;
    return { path, solved: new Map(), remark };
  }
}

/**
 * An entry belongs to the exercise with its question, whatever number that has today; a question that has been
 * reworded since is found by its number and its title.
 */
function byNumber(entries: readonly Solved[]): Map<string, Solved> {
  const found = new Map<string, Solved>();
  const left = new Map(entries.map((entry) => [entry.question, entry]));
  for (const [id, exercise] of numbered()) {
    const entry = left.get(exercise.question);
    if (!entry) continue;
    found.set(id, entry);
    left.delete(exercise.question);
  }
  for (const [id, exercise] of numbered()) {
    const reworded = [...left.values()].find(
      (entry) => entry.solved === id && titleOf(entry) === titleOf(exercise),
    );
    if (reworded && !found.has(id)) found.set(id, reworded);
  }
  return found;
}

/** All exercises with their numbers, in order. */
export function numbered(): [id: string, exercise: Exercise][] {
  return Object.keys(lessons)
    .sort()
    .flatMap((lesson) =>
      lessons[lesson]!.map((exercise, i): [string, Exercise] => [`${lesson}.${i + 1}`, exercise]),
    );
}
