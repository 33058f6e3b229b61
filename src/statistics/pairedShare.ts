import { bisect } from "./bisect.js";
import { normalTail } from "./normal.js";

/** A difference of two shares of the same examples, with its interval. */
export interface ShareDifference {
  /** (won − lost) / examples, from −1 to 1. */
  difference: number;
  low: number;
  high: number;
}

/** @internal The z that a standard normal value stays within, to both sides, with a probability. */
export function criticalZ(confidence: number): number {
  return bisect((z) => (1 - confidence) / 2 - normalTail(z), 0, 40);
}

/**
 * @internal
 * The difference of two shares of the same examples, of which `won` have the property only the second time and `lost` only
 * the first. The interval is Wald's with half an example added to each of the four cells, which holds for few examples
 * too (Agresti and Min 2005, Statistics in Medicine 24, 729).
 */
export function pairedShare(
  { won, lost, of }: { won: number; lost: number; of: number },
  confidence = 0.95,
): ShareDifference {
  const n = of + 2;
  const middle = (won - lost) / n;
  const error = Math.sqrt((won + lost + 1 - n * middle ** 2) / n ** 2);
  const reach = criticalZ(confidence) * error;
  return {
    difference: (won - lost) / of,
    low: Math.max(-1, middle - reach),
    high: Math.min(1, middle + reach),
  };
}
