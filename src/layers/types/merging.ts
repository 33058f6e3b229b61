import { product } from "../positions.js";
import type { RuleTable } from "../rule.js";

/** @internal Layers with several inputs. */
export const merging: RuleTable = {
  Add: { role: "computes", twiceDifferentiable: true },
  // tfjs exports no such layer; a user's layer with this name makes new values.
  Subtract: { role: "computes" },
  Multiply: { role: "computes" },
  Average: { role: "computes" },
  Dot: {
    role: "computes",
    // Each output is a sum over the axis that both inputs lose.
    macs: (layer, { inputs, output }) => {
      const { axes } = layer.getConfig() as unknown as { axes: number | number[] };
      const [first, second] = inputs as [(number | null)[], (number | null)[]];
      const axis = [axes].flat()[0]!;
      const rank = Math.max(first.length, second.length);
      const summed = first.at(axis < 0 ? axis : Math.min(axis, rank - 1)) ?? null;
      return product(layer, output.slice(1)) * product(layer, [summed]);
    },
  },
  Maximum: { role: "joins" },
  Minimum: { role: "joins" },
  Concatenate: { role: "joins" },
};
