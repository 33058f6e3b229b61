import { type Kind, open } from "../exercise.js";

/**
 * @internal
 * Anything that is right by its properties, a model that is small and accurate enough say: there are
 * many solutions, so a mistake is recognised by what is wrong with it, not by being the same.
 *
 * @param problem says what is wrong, or nothing
 */
export function satisfies<T>(problem: (answer: unknown) => string | undefined): Kind<T> {
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      const wrong = problem(answer);
      return wrong === problem(expected) ? undefined : (wrong ?? "it has none of the faults");
    },
  };
}
