import type { FusedActivation } from "../../integer/index.js";
import type { OnnxGraph } from "./graph.js";

/** The values between which activations clamp. */
const limits = {
  relu6: [0, 6],
  reluN1To1: [-1, 1],
} as const;

/** @internal A float value behind an activation. */
export function withActivation(
  graph: OnnxGraph,
  value: string,
  activation: FusedActivation,
  name: string,
): string {
  if (activation === "none") return value;
  if (activation === "relu") return graph.node("Relu", [value], `${name}_relu`);
  const [lowest, highest] = limits[activation].map((limit) =>
    graph.constant(`${name}_limit`, { dims: [], type: "float", values: [limit] }),
  );
  return graph.node("Clip", [value, lowest!, highest!], `${name}_clipped`);
}
