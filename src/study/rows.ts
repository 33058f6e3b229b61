import { complaint } from "../arguments/index.js";

/** The measures of one run, with its seed and its setting. */
export type StudyRow<M extends string = string> = { seed: number; setting: string } & Record<
  M,
  number | string
>;

/**
 * Checks what a run returned against the first run.
 *
 * @throws TypeError if it isn't an object of finite numbers with the first run's names
 */
export function checkMeasures(
  measures: unknown,
  first: readonly string[] | undefined,
  place: string,
): Record<string, number> {
  const example = "async ({ seed }) => ({ float: 97.1, QAT: 95.2 })";
  const isObject = typeof measures === "object" && measures !== null && !Array.isArray(measures);
  if (!isObject || Object.keys(measures).length === 0) {
    const value = isObject ? "no measures" : measures;
    const expected = "an object of numbers";
    throw new TypeError(complaint({ name: `result of ${place}`, value, expected, example }));
  }
  for (const [name, value] of Object.entries(measures)) {
    if (name === "seed" || name === "setting") {
      throw new TypeError(`invalid measure: ${name} (the study itself has a column ${name})`);
    }
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new TypeError(
        complaint({ name: `${name} of ${place}`, value, expected: "a finite number", example }),
      );
    }
  }
  const names = Object.keys(measures);
  if (first && (names.length !== first.length || first.some((name) => !names.includes(name)))) {
    throw new TypeError(
      `invalid result of ${place}: it has ${names.join(", ")} (expected ${first.join(", ")}, as in the first run)`,
    );
  }
  return measures as Record<string, number>;
}
