import { type Exercise, open } from "./exercise.js";
import { exerciseNamed } from "./lessons.js";
import { keepSolved } from "./progress/keep.js";
import { Verdict } from "./verdict.js";

/** The attempts at an exercise, and the hints that were shown, since the notebook's kernel was started. */
interface Attempted {
  attempts: number;
  hints: Set<string>;
}

const attempts = new Map<string, Attempted>();

/**
 * Checks the answer to an exercise. The verdict says that the answer is right, or names its fault and gives
 * a hint. Each further wrong answer brings the next hint; none of them is the solution. A right one gets a tick on
 * the map of {@link progress}.
 *
 * @param id lesson and number, e.g. `"06.1"`
 * @param answer the answer in the form that the question asks for: a number, a list or tensor, a name, a
 *   record, a function, a format, a model; `undefined` shows the question
 * @returns the verdict, which shows itself: `right`, `message`, `hint`, `attempts`
 * @throws RangeError if the exercise is unknown; the message lists the exercises of the lesson
 * @example
 * q.exercises.check("06.2", 1).right; // false
 */
export function check(id: string, answer?: unknown): Verdict {
  const exercise = exerciseNamed(id);
  const { question, remark, kind, solution } = exercise;
  const attempted = attempts.get(id) ?? { attempts: 0, hints: new Set<string>() };
  const why = kind.compare(answer, solution);
  const verdict = (state: Verdict["state"], message: string, hint = "") =>
    new Verdict({ id, question, state, message, hint, attempts: attempted.attempts });
  if (why === open) return verdict("open", question);
  if (why === undefined) {
    const fault = keepSolved(id, exercise, { answer, attempts: attempted.attempts });
    return verdict("right", fault ? `${remark} (No tick could be kept: ${fault})` : remark);
  }
  attempted.attempts++;
  attempts.set(id, attempted);
  return verdict("wrong", why, nextHint(exercise, answer, attempted.hints));
}

/**
 * Forgets the attempts and the hints that were given; ticks on the map stay.
 *
 * @param id one exercise, e.g. `"06.1"`. Default: all exercises
 * @throws RangeError if the exercise is unknown
 * @example
 * q.exercises.restart("06.2");
 * q.exercises.check("06.2", 1).attempts; // 1
 */
export function restart(id?: string): void {
  if (id === undefined) attempts.clear();
  else if (exerciseNamed(id)) attempts.delete(id);
}

/**
 * The first hint that wasn't given yet: first the hint of the mistake, then the hints of the exercise.
 * After all of them the last hint is repeated.
 */
function nextHint(
  { kind, mistakes, hints }: Exercise,
  answer: unknown,
  shown: Set<string>,
): string {
  const matching = mistakes.filter((mistake) => kind.compare(answer, mistake.answer) === undefined);
  const all = [...matching.map(({ hint }) => hint), ...hints];
  const hint = all.find((candidate) => !shown.has(candidate)) ?? all.at(-1)!;
  shown.add(hint);
  return hint;
}
