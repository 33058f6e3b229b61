import { type Kind, open } from "../exercise.js";
import { describe } from "./number.js";

/** @internal Several answers by name; `{ a: undefined }` leaves one open. */
export function record<T extends Record<string, unknown>>(
  parts: {
    [name in keyof T]: Kind<T[name]>;
  },
): Kind<T> {
  const names = Object.keys(parts);
  const asked = `{ ${names.join(", ")} }`;
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      if (typeof answer !== "object" || answer === null) {
        return `${asked} is asked for, not ${describe(answer)}`;
      }
      const answers = answer as Record<string, unknown>;
      const extra = Object.keys(answers).find((name) => !names.includes(name));
      if (extra !== undefined) return `there is no ${extra} in ${asked}`;
      const verdicts = names.map((name) =>
        parts[name]!.compare(answers[name], expected[name] as never),
      );
      if (verdicts.every((verdict) => verdict === open)) return open;
      const wrong = verdicts.findIndex((verdict) => verdict !== undefined);
      if (wrong < 0) return undefined;
      const why = verdicts[wrong];
      return `${names[wrong]}: ${why === open ? "still to be answered" : String(why)}`;
    },
  };
}
