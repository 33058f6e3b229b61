import { tf } from "../../tensorflow/index.js";
import { type Kind, open } from "../exercise.js";

/** Options of {@link number} and of lists of numbers. */
export interface NumberOptions {
  /**
   * How far from the expected number an answer may be, in the number's unit. Default: an answer must agree
   * to 6 digits.
   */
  tolerance?: number;
}

/** @internal A number, or a tensor of one number. */
export function number({ tolerance }: NumberOptions = {}): Kind<number> {
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      const value =
        answer instanceof tf.Tensor && answer.size === 1 ? answer.dataSync()[0] : answer;
      if (typeof value !== "number") return `a number is asked for, not ${describe(answer)}`;
      if (Number.isNaN(value) && !Number.isNaN(expected)) return "it is NaN";
      if (near(value, expected, tolerance)) return undefined;
      return `${short(value)} is too ${value > expected ? "large" : "small"}`;
    },
  };
}

/** @internal Whether two numbers are the same to a tolerance, or to 6 digits. */
export function near(value: number, expected: number, tolerance?: number): boolean {
  if (Object.is(value, expected) || value === expected) return true;
  return Math.abs(value - expected) <= (tolerance ?? 1e-6 * Math.max(1, Math.abs(expected)));
}

/** @internal A number in at most 4 digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** @internal An answer in a few words. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Promise) return "a promise (await it first)";
  if (value instanceof tf.Tensor) return `a tensor of shape [${value.shape.join(", ")}]`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return `the text "${value}"`;
  if (typeof value === "number") return String(value);
  if (typeof value === "object") return value.constructor?.name ?? "an object";
  return typeof value === "function" ? "a function" : String(value);
}
