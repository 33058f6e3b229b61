/**
 * An exercise of a lesson. The exercises of each lesson stand in one file, `lessonNN.ts`:
 *
 *     import { choice, number, record } from "./answers/index.js";
 *     import { type Exercise, exercise } from "./exercise.js";
 *
 *     const steps = exercise({
 *       question: "How many values does a 3-bit grid have?",
 *       kind: number(),                       // what an answer is, and when two answers are the same
 *       solution: 8,                          // an answer that is right
 *       hints: ["Write the codes down.", "Each bit doubles their number."], // in order; no hint is the solution
 *       mistakes: [{ answer: 7, hint: "That is the largest code. From which code do they count?" }],
 *       remark: "2 ** bits values, but 2 ** bits − 1 steps.", // the point to remember, shown when the answer is right
 *     });
 *
 *     export const lesson07: Exercise[] = [steps, …]; // "07.1", "07.2", … in this order
 *
 * A line in `lessons.ts` lists the lesson. Kinds of answers are in `answers/`: `number`, `numbers` (arrays
 * and tensors), `choice`, `record`, `functionOf` (tried on inputs that the reader doesn't see: put the edge
 * cases there), `format`, and `satisfies` for answers that are checked by their properties, e.g. models.
 *
 * A mistake is a wrong answer that people really give, with its own hint. An answer that is the same *as
 * the mistake* gets that hint; two functions are the same if they return the same results. The tests in
 * test/exercises/lessons.test.ts try every exercise: its solution must be right, and each mistake must be
 * wrong with its own hint. So a mistake may not be within the tolerance of the solution.
 */
export interface Exercise<T = unknown> {
  /** The question in plain text, which also says in which form to answer. */
  readonly question: string;
  readonly kind: Kind<T>;
  readonly solution: T;
  readonly hints: readonly string[];
  readonly mistakes: readonly Mistake<T>[];
  readonly remark: string;
}

/** A wrong answer that people really give. */
export interface Mistake<T = unknown> {
  readonly answer: T;
  readonly hint: string;
}

/** A form of answers, and the rule by which an answer is the expected one. */
export interface Kind<T> {
  /**
   * @returns `undefined` if `answer` equals `expected`; `open` if there is no answer yet; else the answer's
   *   fault in words, which don't tell the solution
   */
  compare(answer: unknown, expected: T): string | typeof open | undefined;
}

/** Stands for a missing answer. */
export const open: unique symbol = Symbol("open");

/** @internal An exercise, whose definition has been checked. */
export function exercise<T>(definition: Exercise<T>): Exercise {
  if (definition.hints.length === 0) {
    throw new RangeError(
      `invalid hints: none for "${definition.question}" (expected at least one)`,
    );
  }
  return definition as Exercise;
}
