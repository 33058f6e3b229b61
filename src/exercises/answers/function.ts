import { tf } from "../../tensorflow/index.js";
import { type Kind, open } from "../exercise.js";
import { describe } from "./number.js";

/** An input that a function is tried on. */
export interface Trial<A extends unknown[]> {
  args: A;
  /** What is special about it, in words that don't give the solution away: "a single value". */
  name: string;
}

/**
 * @internal
 * A function, right when it returns what the expected one returns on every input. The first input
 * that it fails on is named. Each function gets inputs of its own, since it may change them.
 *
 * @param trials makes the inputs, the plain ones first
 * @param result what the function returns
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
        const own = trials();
        problem = first(trials(), ({ args, name }, i) =>
          tryOn({ name, run: () => answer(...args), right: expected(...own[i]!.args) }, result),
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
    // A function without a body yet is no answer.
    return why === undefined || why === open ? why : `on ${name}: ${why}`;
  } catch (error) {
    return `on ${name} it throws ${error instanceof Error ? `${error.name}: ${error.message}` : error}`;
  }
}

function first<T, P>(list: T[], find: (one: T, i: number) => P | undefined): P | undefined {
  for (const [i, one] of list.entries()) {
    const found = find(one, i);
    if (found !== undefined) return found;
  }
  return undefined;
}
