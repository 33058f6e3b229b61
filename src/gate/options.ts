import type { GroupBy } from "../analysis/index.js";
import { checkOptions, checkShare, complaint } from "../arguments/index.js";

/** Limits for groups of examples. */
export interface GroupLimits {
  /** How examples are grouped, as in {@link analysis.subgroups}. Default `"class"`. */
  by?: GroupBy;
  /** The largest share of a group's answers that may change. */
  churn?: number;
  /** The largest share of a group's examples that may become wrong, having been right. */
  negativeFlips?: number;
  /** The largest loss of a group's accuracy, as a share: 0.02 is 2 points. */
  accuracy?: number;
}

/** Options of {@link gate}: at least one limit. */
export interface GateOptions {
  /** The largest share of answers that may change. */
  churn?: number;
  /** The largest share of examples that may become wrong, having been right. */
  negativeFlips?: number;
  /** The largest loss of accuracy, as a share: 0.01 is 1 point; 0 asks that nothing is lost. */
  accuracy?: number;
  /** Limits for each group of examples. */
  subgroups?: GroupLimits;
  /** The confidence with which all verdicts hold together, between 0 and 1. Default 0.95. */
  confidence?: number;
}

/** @internal The quantities that have limits. */
export const quantities = ["churn", "negativeFlips", "accuracy"] as const;

/** @internal */
export type Quantity = (typeof quantities)[number];

/** @internal @throws TypeError or RangeError if an option doesn't exist, a limit isn't a share, or there is none */
export function checkLimits(options: GateOptions | undefined): void {
  checkOptions<GateOptions>("q.gate", options, {
    churn: true,
    negativeFlips: true,
    accuracy: true,
    subgroups: true,
    confidence: true,
  });
  checkOptions<GroupLimits>("subgroups of q.gate", options?.subgroups, {
    by: true,
    churn: true,
    negativeFlips: true,
    accuracy: true,
  });
  const all = [options ?? {}, options?.subgroups ?? {}].flatMap((limits) =>
    quantities.flatMap((name) =>
      limits[name] === undefined ? [] : [{ name, limit: limits[name] }],
    ),
  );
  for (const { name, limit } of all) checkShare(name, limit, { example: "{ churn: 0.05 }" });
  if (all.length > 0) return;
  throw new RangeError(
    complaint({
      name: "limits",
      value: "none",
      expected: "what may change at most",
      example: "q.gate(old, new, test, { churn: 0.05, accuracy: 0.01 })",
    }),
  );
}
