import type { RuleTable } from "./rule.js";

/** @internal Layers with several inputs. */
export const merging: RuleTable = {
  Add: { role: "computes" },
  // tfjs exports no subtraction; one's own of that name computes.
  Subtract: { role: "computes" },
  Multiply: { role: "computes" },
  Average: { role: "computes" },
  Dot: { role: "computes" },
  Maximum: { role: "joins" },
  Minimum: { role: "joins" },
  Concatenate: { role: "joins" },
};
