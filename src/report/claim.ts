import { display, displaySymbol, escapeHtml, type MimeBundle } from "../display/index.js";

/** The MIME type under which a claim travels as data: tests and tables of results collect it. */
export const claimMimeType = "application/vnd.qatlab.claim+json";

/** What is claimed of a measured value: exactly one of the conditions. */
export interface ClaimOptions {
  /** The measured value (a mean, where an interval is given). */
  measured: number;
  /** The interval of `measured`, e.g. from {@link interval}; the whole of it must satisfy the condition. */
  interval?: { low: number; high: number };
  /** The unit of all numbers, e.g. `"points"` or `"dB"`. Default: none. */
  unit?: string;
  /** Digits behind the decimal point. Default 2. */
  digits?: number;
  /** Holds when measured ≥ this. */
  atLeast?: number;
  /** Holds when measured ≤ this. */
  atMost?: number;
  /** Holds when |measured − near| ≤ tolerance. */
  near?: number;
  /** Goes with `near`. */
  tolerance?: number;
  /** An honest null: holds when the interval contains 0, so that no effect is shown. */
  nothingShown?: true;
}

/** A claim with its verdict. */
export interface Claim {
  statement: string;
  measured: number;
  interval: { low: number; high: number } | null;
  unit: string;
  /** The condition in words, e.g. `"at least 4 points"`. */
  expected: string;
  holds: boolean;
}

const conditions = ["atLeast", "atMost", "near", "nothingShown"] as const;

/**
 * Checks a claim against what was measured, without showing it.
 *
 * With an interval, the whole interval must satisfy the condition: a claim never reaches beyond
 * what was shown. NaN satisfies nothing.
 *
 * @throws TypeError when the condition is missing, double or incomplete, or a number isn't one
 *
 * @example
 * checkClaim("more is better", { measured: 5, interval: { low: 4.2, high: 5.8 }, atLeast: 4 }).holds; // true
 * checkClaim("more is better", { measured: 5, interval: { low: 3.9, high: 6.1 }, atLeast: 4 }).holds; // false
 */
export function checkClaim(statement: string, options: ClaimOptions): Claim {
  const { measured, interval, unit = "", digits = 2 } = options ?? {};
  const given = conditions.filter((name) => options?.[name] !== undefined);
  if (given.length !== 1) {
    throw new TypeError(
      `invalid claim: ${given.length === 0 ? "no condition" : given.join(" and ")} ` +
        `(expected one of ${conditions.join(", ")}, as in { measured, atLeast: 4 })`,
    );
  }
  checkNumbers(options);
  if (options.near !== undefined && !(options.tolerance! >= 0)) {
    throw new TypeError(
      `invalid tolerance: ${options.tolerance} (near: ${options.near} takes a tolerance from 0)`,
    );
  }
  if (options.nothingShown && !interval) {
    throw new TypeError("invalid claim: nothingShown without an interval (pass { interval })");
  }
  const write = (value: number) => quantity(value, unit, digits);
  const { low, high } = interval ?? { low: measured, high: measured };
  const [holds, expected] =
    options.atLeast !== undefined
      ? [low >= options.atLeast, `at least ${write(options.atLeast)}`]
      : options.atMost !== undefined
        ? [high <= options.atMost, `at most ${write(options.atMost)}`]
        : options.near !== undefined
          ? [
              Math.abs(low - options.near) <= options.tolerance! &&
                Math.abs(high - options.near) <= options.tolerance!,
              `${write(options.near)} ± ${write(options.tolerance!)}`,
            ]
          : [low <= 0 && high >= 0, "an interval that contains 0: no effect is shown"];
  return { statement, measured, interval: interval ? { low, high } : null, unit, expected, holds };
}

/**
 * Checks a claim and shows it where it is made: a tick or a cross, the measured value, its interval
 * and the threshold. A claim that doesn't hold doesn't stop the notebook; `npx qatlab run` collects
 * all claims and fails for it.
 *
 * With an interval, the whole interval must satisfy the condition. NaN satisfies nothing.
 *
 * @param statement what is claimed, in a sentence
 * @param options `measured`, and exactly one of `atLeast`, `atMost`, `near` with `tolerance`, and
 *   `nothingShown`; `interval`, `unit` (default none), `digits` (default 2)
 * @throws TypeError when the condition is missing, double or incomplete, or a number isn't one
 * @example
 * q.claim("QAT at W3A3 is at least 4 points above the best PTQ", { measured: 5.3, atLeast: 4, unit: "points" });
 * // ✓ QAT at W3A3 is at least 4 points above the best PTQ
 * //   measured 5.30 points · expected at least 4.00 points
 */
export function claim(statement: string, options: ClaimOptions): void {
  const verdict = checkClaim(statement, options);
  display({ [displaySymbol]: () => claimBundle(verdict, options.digits) });
}

/** NaN can be measured, and satisfies nothing; it can't be expected. */
function checkNumbers({ measured, interval, digits = 2, ...options }: ClaimOptions): void {
  if (typeof measured !== "number") {
    throw new TypeError(
      `invalid measured: ${measured} (expected a number, as in { measured: 5.3 })`,
    );
  }
  if (interval && !(typeof interval.low === "number" && typeof interval.high === "number")) {
    throw new TypeError("invalid interval: no low and high (expected { low: 4.2, high: 5.8 })");
  }
  if (interval && interval.low > interval.high) {
    throw new RangeError(
      `invalid interval: ${interval.low} to ${interval.high} (expected low to be at most high)`,
    );
  }
  if (!Number.isInteger(digits) || digits < 0 || digits > 20) {
    throw new RangeError(`invalid digits: ${digits} (expected a whole number from 0 to 20)`);
  }
  for (const name of ["atLeast", "atMost", "near", "tolerance"] as const) {
    const value: unknown = options[name];
    if (value === undefined || (typeof value === "number" && !Number.isNaN(value))) continue;
    throw new TypeError(`invalid ${name}: ${value} (expected a number, as in { ${name}: 4 })`);
  }
}

/** @internal */
export function claimBundle(verdict: Claim, digits = 2): MimeBundle {
  const { statement, measured, interval, unit, expected, holds } = verdict;
  const range = interval
    ? `, interval ${fixed(interval.low, digits)} to ${fixed(interval.high, digits)}`
    : "";
  const line = `measured ${quantity(measured, unit, digits)}${range} · expected ${expected}`;
  const mark = holds ? "✓" : "✗";
  const colour = holds ? "#009E73" : "#D55E00";
  return {
    [claimMimeType]: verdict,
    "text/html":
      `<div role="note" style="border-left:4px solid ${colour};padding:.3em .8em;margin:.3em 0">` +
      `<b style="color:${colour}">${mark}</b> ${escapeHtml(statement)}` +
      `${holds ? "" : ` <b style="color:${colour}">(doesn’t hold)</b>`}<br>` +
      `<span style="opacity:.75">${escapeHtml(line)}</span></div>`,
    "text/plain": `${mark} ${statement}\n  ${line}`,
  };
}

function quantity(value: number, unit: string, digits: number): string {
  return `${fixed(value, digits)}${unit === "" ? "" : ` ${unit}`}`;
}

/** As `toFixed`, but what is rounded to zero has no sign. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.replace("-", Number(text) === 0 ? "" : "−");
}
