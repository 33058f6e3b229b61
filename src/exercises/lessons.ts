import type { Exercise } from "./exercise.js";
import { lesson01 } from "./lesson01.js";
import { lesson02 } from "./lesson02.js";
import { lesson03 } from "./lesson03.js";
import { lesson04 } from "./lesson04.js";
import { lesson05 } from "./lesson05.js";
import { lesson06 } from "./lesson06.js";
import { lesson07 } from "./lesson07.js";
import { lesson08 } from "./lesson08.js";
import { lesson09 } from "./lesson09.js";
import { lesson10 } from "./lesson10.js";
import { lesson11 } from "./lesson11.js";
import { lesson12 } from "./lesson12.js";
import { lesson13 } from "./lesson13.js";
import { lesson14 } from "./lesson14.js";
import { lesson15 } from "./lesson15.js";
import { lesson16 } from "./lesson16.js";

/** @internal The exercises of each lesson, in order: `"06.1"` is the first of lesson 06. */
export const lessons: Readonly<Record<string, readonly Exercise[]>> = {
  "01": lesson01,
  "02": lesson02,
  "03": lesson03,
  "04": lesson04,
  "05": lesson05,
  "06": lesson06,
  "07": lesson07,
  "08": lesson08,
  "09": lesson09,
  "10": lesson10,
  "11": lesson11,
  "12": lesson12,
  "13": lesson13,
  "14": lesson14,
  "15": lesson15,
  "16": lesson16,
};

/** @internal @throws RangeError if the exercise is unknown */
export function exerciseNamed(id: string): Exercise {
  const [lesson, number] = typeof id === "string" ? id.split(".") : [];
  const exercises = Object.hasOwn(lessons, lesson ?? "") ? lessons[lesson!]! : [];
  const exercise = /^[1-9]\d*$/.test(number ?? "") ? exercises[Number(number) - 1] : undefined;
  if (exercise && id === `${lesson}.${number}`) return exercise;
  const expected =
    exercises.length > 0
      ? exercises.map((_, i) => `"${lesson}.${i + 1}"`).join(", ")
      : `an exercise of lesson ${Object.keys(lessons).join(", ")}, as in "${Object.keys(lessons)[0]}.1"`;
  throw new RangeError(`invalid exercise: ${String(id)} (expected ${expected})`);
}

/**
 * The question of an exercise, in plain text.
 *
 * @param id lesson and number, e.g. `"06.1"`
 * @throws RangeError if the exercise is unknown; the message lists the exercises of the lesson
 * @example
 * q.exercises.question("06.3").split(":")[0]; // "A wrong way to count"
 */
export function question(id: string): string {
  return exerciseNamed(id).question;
}
