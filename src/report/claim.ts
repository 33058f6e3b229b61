import { checkCount, checkOptions } from "../arguments/index.js";
import { display, displaySymbol, escapeHtml, type MimeBundle } from "../display/index.js";
import { claimMimeType } from "../mimeTypes/index.js";
import type { Interval } from "../statistics/index.js";
import { fast } from "./fast.js";

/** A claim about a measured value: exactly one of the conditions is stated. */
export interface ClaimOptions {
  /**
   * The measured value: a number, or an interval from {@link interval}, whose every value must satisfy the
   * condition. A null claim about a paired difference also says which differences could have been shown. The intervals and
   * differences of a study know their unit and their digits.
   */
  measured:
    | number
    | (Pick<Interval, "mean" | "low" | "high"> & {
        detectable?: number;
        unit?: string;
        digits?: number;
      });
  /** The unit of all numbers, e.g. `"points"` or `"dB"`. Default: that of `measured`, else none. */
  unit?: string;
  /** Digits after the decimal point. Default: those of `measured`, else 2. */
  digits?: number;
  /** Holds when measured ≥ this. */
  atLeast?: number;
  /** Holds when measured ≤ this. */
  atMost?: number;
  /** Holds when |measured − near| ≤ tolerance. */
  near?: number;
  /** The tolerance of `near`, from 0. */
  tolerance?: number;
  /** An honest null: holds when the measured interval contains 0, so that no effect is shown. */
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
 * Checks a claim against the measured value, without showing the claim.
 *
 * Every value of a measured interval must satisfy the condition: a claim never reaches beyond the values that were shown.
 * NaN satisfies no condition.
 *
 * @param quick whether the mean alone is judged, and the condition says so; never for a null claim, which is about the interval
 * @throws TypeError if the condition is missing, double or incomplete, or if a number is expected and absent
 * @example
 * checkClaim("more is better", { measured: { mean: 5, low: 4.2, high: 5.8 }, atLeast: 4 }).holds; // true
 * checkClaim("more is better", { measured: { mean: 5, low: 3.9, high: 6.1 }, atLeast: 4 }).holds; // false
 */
export function checkClaim(statement: string, options: ClaimOptions, quick = false): Claim {
  const { unit = "", digits = 2 } = { ...formOf(options), ...options };
  const stated = conditions.filter((name) => options?.[name] !== undefined);
  if (stated.length !== 1) {
    throw new TypeError(
      `invalid claim: ${stated.length === 0 ? "no condition" : stated.join(" and ")} ` +
        `(expected one of ${conditions.join(", ")}, as in { measured, atLeast: 4 })`,
    );
  }
  checkNumbers(options);
  const range = rangeOf(options.measured);
  const byMean = quick && typeof options.measured !== "number" && !options.nothingShown;
  const { mean: measured, ...interval } = byMean ? rangeOf(range.mean) : range;
  if (options.near !== undefined && !(options.tolerance! >= 0)) {
    throw new TypeError(
      `invalid tolerance: ${options.tolerance} (near: ${options.near} takes a tolerance from 0)`,
    );
  }
  const isInterval = typeof options.measured !== "number" && !byMean;
  if (options.nothingShown && !isInterval) {
    throw new TypeError(
      "invalid claim: nothingShown without an interval (expected as in { measured: q.interval(gains), nothingShown: true })",
    );
  }
  const write = (value: number) => quantity(value, unit, digits);
  const { low, high } = interval;
  const { detectable } = Object(options.measured) as { detectable?: number };
  const least = detectable === undefined ? "" : `; below ${write(detectable)} none could be`;
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
          : [low <= 0 && high >= 0, `an interval that contains 0: no effect is shown${least}`];
  return {
    statement,
    measured,
    interval: isInterval ? { low, high } : null,
    unit,
    expected: byMean ? `${expected} (a quick run: the mean alone is judged)` : expected,
    holds,
  };
}

/** The unit and the digits that a measured value brings with it. */
function formOf(options: ClaimOptions | undefined): { unit?: string; digits?: number } {
  const { unit, digits } = Object(options?.measured) as { unit?: string; digits?: number };
  return { ...(unit !== undefined && { unit }), ...(digits !== undefined && { digits }) };
}

function rangeOf(measured: ClaimOptions["measured"]): Pick<Interval, "mean" | "low" | "high"> {
  if (typeof measured === "number") return { mean: measured, low: measured, high: measured };
  const { mean, low, high } = measured;
  return { mean, low, high };
}

/**
 * Checks a claim and shows it where it is made: a tick or a cross, the measured value, its interval
 * and the threshold. A claim that doesn't hold doesn't stop the notebook; `npx qatlab run` collects
 * all claims and fails for it.
 *
 * Every value of a measured interval must satisfy the condition. In a quick run, `q.fast`, there are too few seeds for that:
 * the mean alone is judged, and the claim says so. NaN satisfies no condition.
 *
 * @param statement the claim, in a sentence
 * @throws TypeError if the condition is missing, double or incomplete, or if a number is expected and absent
 * @example
 * q.claim("QAT at W3A3 is at least 4 points above the best PTQ", { measured: 5.3, atLeast: 4, unit: "points" });
 * // ✓ QAT at W3A3 is at least 4 points above the best PTQ
 * //   measured 5.30 points · expected at least 4.00 points
 * @example
 * const gains = q.interval([5.1, 5.4, 5.3]);
 * q.claim("QAT gains at least 4 points", { measured: gains, atLeast: 4, unit: "points" });
 * // ✓ QAT gains at least 4 points
 * //   measured 5.27 points, interval 4.89 to 5.65 · expected at least 4.00 points
 */
export function claim(statement: string, options: ClaimOptions): void {
  checkOptions<ClaimOptions>("q.claim", options, {
    measured: true,
    unit: true,
    digits: true,
    atLeast: true,
    atMost: true,
    near: true,
    tolerance: true,
    nothingShown: true,
  });
  const verdict = checkClaim(statement, options, fast);
  display({
    [displaySymbol]: () => claimBundle(verdict, { ...formOf(options), ...options }.digits),
  });
}

/** NaN can be measured, and satisfies no condition; it can't be expected. */
function checkNumbers({ measured, digits = 2, ...options }: ClaimOptions): void {
  const range: unknown[] =
    typeof measured === "object" && measured !== null
      ? [measured.mean, measured.low, measured.high]
      : [measured];
  if (!range.every((value) => typeof value === "number")) {
    throw new TypeError(
      `invalid measured: ${range.length > 1 ? "no mean, low and high" : String(measured)} (expected a number or an interval, as in { measured: 5.3 } or { measured: q.interval(gains) })`,
    );
  }
  const [, low, high] = range as number[];
  if (low! > high!) {
    throw new RangeError(
      `invalid measured: the interval from ${low} to ${high} (expected low to be at most high)`,
    );
  }
  checkCount("digits", digits, { least: 0, most: 20 });
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
      `<b>${mark}</b> ${escapeHtml(statement)}${holds ? "" : " <b>(doesn’t hold)</b>"}<br>` +
      `<span style="opacity:.8">${escapeHtml(line)}</span></div>`,
    "text/plain": `${mark} ${statement}\n  ${line}`,
  };
}

function quantity(value: number, unit: string, digits: number): string {
  return `${fixed(value, digits)}${unit === "" ? "" : ` ${unit}`}`;
}

/** As `toFixed`, but a number that is rounded to zero has no sign, and digits from ten thousand on stand in groups of three. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const [whole = "", ...fraction] = text.split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return [grouped, ...fraction].join(".").replace("-", Number(text) === 0 ? "" : "−");
}
