import { checkCount, checkNumber } from "../arguments/index.js";
import { bisect } from "./bisect.js";
import { incompleteBeta } from "./incompleteBeta.js";
import type { Proportion } from "./proportion.js";

/** @internal The probability of at least `count` successes in `of` trials, each with probability `p`. */
export function binomialTail(count: number, of: number, p: number): number {
  if (count <= 0) return 1;
  if (count > of) return 0;
  return incompleteBeta(p, count, of - count + 1);
}

/**
 * A share with the interval of Clopper and Pearson, which contains the true share with at least the stated confidence
 * for every number of examples, so that it is wider than Wilson's. Clopper and Pearson 1934, Biometrika 26, 404.
 *
 * @param count how many of the examples have the property
 * @param of how many examples there are
 * @param confidence the probability that the interval contains the true share, between 0 and 1. Default 0.95
 * @throws RangeError if `count` is not a whole number from 0 to `of`, or `confidence` is not between 0 and 1
 * @example
 * const { low, high } = q.clopperPearson(7, 20);
 * [low, high].map((v) => v.toFixed(4)); // [ "0.1539", "0.5922" ]
 */
export function clopperPearson(count: number, of: number, confidence = 0.95): Proportion {
  checkCount("number of examples", of);
  checkCount("count", count, { least: 0, most: of });
  checkNumber("confidence", confidence, { above: 0, below: 1 });
  const tail = (1 - confidence) / 2;
  const low = count === 0 ? 0 : bisect((p) => binomialTail(count, of, p) - tail, 0, 1);
  const high = count === of ? 1 : bisect((p) => tail - (1 - binomialTail(count + 1, of, p)), 0, 1);
  return { count, share: count / of, low, high };
}

/**
 * The probability of so uneven a pair of counts if both ways were equally probable: McNemar's test, exact and
 * two-sided. McNemar 1947, Psychometrika 12, 153.
 *
 * @param lost how many examples changed in one way, say from right to wrong
 * @param won how many examples changed in the other way
 * @throws RangeError if a count is not a whole number from 0
 * @example
 * q.mcnemar(12, 3).toFixed(4); // "0.0352"
 */
export function mcnemar(lost: number, won: number): number {
  checkCount("lost", lost, { least: 0 });
  checkCount("won", won, { least: 0 });
  const pairs = lost + won;
  if (pairs === 0) return 1;
  return Math.min(1, 2 * binomialTail(Math.max(lost, won), pairs, 0.5));
}
