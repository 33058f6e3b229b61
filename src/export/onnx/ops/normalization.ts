import type { LayerNormOp } from "../../../integer/index.js";
import type { Values } from "../values.js";

/** @internal Layer normalization of a float program. */
export function layerNorm(op: LayerNormOp, values: Values): void {
  const inputs = op.inputs.map((index) => values.read(index, "last"));
  const attributes = { axis: { int: -1 }, epsilon: { float: op.epsilon } };
  const result = values.graph.node("LayerNormalization", inputs, `${op.layer}_norm`, attributes);
  values.write(op, result, "last");
}
