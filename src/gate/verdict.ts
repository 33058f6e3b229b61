import { clopperPearson, pairedShare } from "../statistics/index.js";
import type { Quantity } from "./options.js";

/** Whether a limit is kept, broken, or whether the data are too few to tell. */
export type Verdict = "passes" | "fails" | "too few data";

/** @internal Changes of answers in a group of examples. */
export interface Changes {
  of: number;
  changed: number;
  lost: number;
  won: number;
}

/** @internal A measured share with its interval. */
export interface Measured {
  share: number;
  low: number;
  high: number;
}

/** @internal The measured value of a quantity, which a limit bounds from above. */
export function measuredOf(quantity: Quantity, changes: Changes, confidence: number): Measured {
  const { of, changed, lost, won } = changes;
  if (quantity !== "accuracy") {
    return clopperPearson(quantity === "churn" ? changed : lost, of, confidence);
  }
  const { difference, low, high } = pairedShare({ won: lost, lost: won, of }, confidence);
  return { share: difference, low, high };
}

/** @internal */
export function verdictOf({ low, high }: Measured, limit: number): Verdict {
  if (high <= limit) return "passes";
  return low > limit ? "fails" : "too few data";
}

/** The most examples that are asked for. */
export const most = 10_000_000;

/**
 * @internal
 * How many examples would do, if the share stayed as measured: the smallest number, within 1 %, at which the interval
 * leaves the limit on one side. Infinity if even ten million wouldn't do, since the share is so near to the limit.
 */
export function examplesNeeded(
  quantity: Quantity,
  changes: Changes,
  { limit, confidence }: { limit: number; confidence: number },
): number {
  const decides = (of: number) => {
    const scaled = (count: number) => Math.round((count / changes.of) * of);
    const { changed, lost, won } = changes;
    const grown = { of, changed: scaled(changed), lost: scaled(lost), won: scaled(won) };
    return verdictOf(measuredOf(quantity, grown, confidence), limit) !== "too few data";
  };
  let high = changes.of;
  while (high < most && !decides(high)) high *= 2;
  if (high >= most) return Number.POSITIVE_INFINITY;
  let low = high / 2;
  while (high > 1.01 * low + 1) {
    const middle = Math.round((low + high) / 2);
    if (decides(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high);
}
