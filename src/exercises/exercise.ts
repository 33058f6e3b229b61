/**
 * How a lesson's exercises are written. One file a lesson, `lessonNN.ts`:
 *
 *     import { choice, number, record } from "./answers/index.js";
 *     import { type Exercise, exercise } from "./exercise.js";
 *
 *     const steps = exercise({
 *       question: "How many values does a 3-bit grid have?",
 *       kind: number(),                       // what an answer is, and when two are the same
 *       solution: 8,                          // an answer that is right
 *       hints: ["Write the codes down.", "Each bit doubles their number."], // in order; none is the solution
 *       mistakes: [{ answer: 7, hint: "That is the largest code. From which code do they count?" }],
 *       remark: "2 ** bits values, but 2 ** bits − 1 steps.", // what is to be remembered, when it is right
 *     });
 *
 *     export const lesson07: Exercise[] = [steps, …]; // "07.1", "07.2", … in this order
 *
 * and a line in `lessons.ts`. Kinds of answers are in `answers/`: `number`, `numbers` (arrays and
 * tensors), `choice`, `record`, `functionOf` (tried on inputs that the reader doesn't see: put the edge
 * cases there), `format`, and `satisfies` for what is checked by its properties, a model say.
 *
 * A mistake is a wrong answer that people really give, with a hint of its own: an answer that is the
 * same *as the mistake* gets it; for functions, one that returns the same. The tests in
 * test/exercises/lessons.test.ts try every exercise: its solution must be right, and each mistake
 * wrong with its own hint. So a mistake may not be within the tolerance of the solution.
 */
export interface Exercise<T = unknown> {
  /** What the reader is asked, in plain text: also in what form the answer is wanted. */
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

/** What an answer is, and when it is the expected one. */
export interface Kind<T> {
  /**
   * @returns nothing when `answer` is as `expected`; `open` when there is no answer yet; else in words
   *   what is wrong, without telling what is right
   */
  compare(answer: unknown, expected: T): string | typeof open | undefined;
}

/** There is no answer yet. */
export const open: unique symbol = Symbol("open");

/** @internal An exercise, checked for what its form asks. */
export function exercise<T>(definition: Exercise<T>): Exercise {
  if (definition.hints.length === 0) {
    throw new RangeError(
      `invalid hints: none for "${definition.question}" (expected at least one)`,
    );
  }
  return definition as Exercise;
}
