import { type Kind, open } from "../exercise.js";
import { describe } from "./number.js";

/** @internal One of a few names. */
export function choice<T extends string>(...options: T[]): Kind<T> {
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      if (answer === expected) return undefined;
      if (options.includes(answer as T)) return `it isn't ${answer}`;
      return `one of ${options.map((name) => `"${name}"`).join(", ")} is asked for, not ${describe(answer)}`;
    },
  };
}
