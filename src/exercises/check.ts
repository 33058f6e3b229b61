import { type Exercise, open } from "./exercise.js";
import { exerciseNamed } from "./lessons.js";
import { Verdict } from "./verdict.js";

/** What happened to an exercise since the notebook's kernel was started. */
interface Progress {
  attempts: number;
  given: Set<string>;
}

const progress = new Map<string, Progress>();

/**
 * Checks the answer to an exercise: says that it is right, or what is wrong with it, with a hint. Each
 * further wrong answer brings the next hint; none of them is the solution.
 *
 * @param id lesson and number, e.g. `"06.1"`
 * @param answer what the question asks for: a number, a list or tensor, a name, a record, a function, a
 *   format, a model; `undefined` shows the question
 * @returns the verdict, which shows itself: `right`, `message`, `hint`, `attempts`
 * @throws RangeError for an unknown exercise, with those of its lesson
 * @example
 * q.exercises.check("06.2", 1).right; // false
 */
export function check(id: string, answer?: unknown): Verdict {
  const exercise = exerciseNamed(id);
  const { question, remark, kind, solution } = exercise;
  const known = progress.get(id) ?? { attempts: 0, given: new Set<string>() };
  const why = kind.compare(answer, solution);
  const verdict = (state: Verdict["state"], message: string, hint = "") =>
    new Verdict({ id, question, state, message, hint, attempts: known.attempts });
  if (why === open) return verdict("open", question);
  if (why === undefined) return verdict("right", remark);
  known.attempts++;
  progress.set(id, known);
  return verdict("wrong", why, nextHint(exercise, answer, known.given));
}

/**
 * Forgets the attempts, and with them which hints were given.
 *
 * @param id one exercise, e.g. `"06.1"`; default: all
 * @throws RangeError for an unknown exercise
 * @example
 * q.exercises.restart("06.2");
 * q.exercises.check("06.2", 1).attempts; // 1
 */
export function restart(id?: string): void {
  if (id === undefined) progress.clear();
  else if (exerciseNamed(id)) progress.delete(id);
}

/** The first hint that wasn't given: the mistake's own, then the exercise's; in the end the last one. */
function nextHint(
  { kind, mistakes, hints }: Exercise,
  answer: unknown,
  given: Set<string>,
): string {
  const own = mistakes.filter((mistake) => kind.compare(answer, mistake.answer) === undefined);
  const all = [...own.map(({ hint }) => hint), ...hints];
  const hint = all.find((one) => !given.has(one)) ?? all.at(-1)!;
  given.add(hint);
  return hint;
}
