import { type Kind, open } from "../exercise.js";

/**
 * @internal
 * An answer that is right by its properties, e.g. a model that is small and accurate enough. There are many
 * solutions, so an answer counts as a known mistake if it has the same fault, not if it is the same.
 *
 * @param problem names the answer's fault; returns `undefined` if there is none
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
