import { tf } from "../../tensorflow/index.js";
import { type Kind, open } from "../exercise.js";
import { describe } from "./number.js";

/** An input that a function is tried on. */
export interface Trial<A extends unknown[]> {
  args: A;
  /** The input's special property, in words that don't give the solution away: "a single value". */
  name: string;
}

/**
 * @internal
 * A function, which is right if it returns the same as the expected function on every input. The verdict
 * names the first input on which it fails. Both functions get fresh inputs, since a function may change its
 * inputs.
 *
 * @param trials makes the inputs, simple ones first
 * @param result the kind of the function's result
 */
export function functionOf<A extends unknown[], R>(
  trials: () => Trial<A>[],
  result: Kind<R>,
): Kind<(...args: A) => R> {
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      if (typeof answer !== "function") return `a function is asked for, not ${describe(answer)}`;
      let problem: ReturnType<Kind<R>["compare"]>;
      tf.tidy(() => {
        const expectedTrials = trials();
        problem = first(trials(), ({ args, name }, i) =>
          tryOn(
            { name, run: () => answer(...args), right: expected(...expectedTrials[i]!.args) },
            result,
          ),
        );
      });
      return problem;
    },
  };
}

interface Attempt<R> {
  name: string;
  run: () => unknown;
  right: R;
}

function tryOn<R>({ name, run, right }: Attempt<R>, result: Kind<R>) {
  try {
    const why = result.compare(run(), right);
    // A function that has no body yet is no answer.
    return why === undefined || why === open ? why : `on ${name}: ${why}`;
  } catch (error) {
    return `on ${name} it throws ${error instanceof Error ? `${error.name}: ${error.message}` : error}`;
  }
}

function first<T, P>(list: T[], find: (entry: T, i: number) => P | undefined): P | undefined {
  for (const [i, entry] of list.entries()) {
    const result = find(entry, i);
    if (result !== undefined) return result;
  }
  return undefined;
}
