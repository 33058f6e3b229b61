import type { MeanOp, PoolOp } from "../../../integer/index.js";
import { axisIn, type Layout } from "../layout.js";
import type { Values } from "../values.js";
import { windowAttributes } from "./window.js";

/** @internal */
export function pool2d(op: PoolOp, values: Values): void {
  const [x] = op.inputs as [number];
  const opType = op.type === "maxPool2d" ? "MaxPool" : "AveragePool";
  const attributes = windowAttributes(values.shape(x), op);
  const result = values.graph.node(
    opType,
    [values.read(x, "first")],
    `${op.layer}_pool`,
    attributes,
  );
  values.write(op, result, "first", op);
}

/** @internal */
export function mean(op: MeanOp, values: Values): void {
  const [x] = op.inputs as [number];
  const rank = values.shape(x).length;
  const isSpatial = op.axes.every((axis) => axis > 0 && axis < rank - 1);
  const layout: Layout = isSpatial && values.layoutOf(x) === "first" ? "first" : "last";
  if (layout === "first" && op.axes.length === rank - 2) {
    globalMean(op, values);
    return;
  }
  const axes = values.list(
    op.axes.map((axis) => axisIn(layout, axis, rank)),
    `${op.layer}_axes`,
  );
  const attributes = { keepdims: { int: op.keepDims ? 1 : 0 } };
  const inputs = [values.read(x, layout), axes];
  const result = values.graph.node("ReduceMean", inputs, `${op.layer}_mean`, attributes);
  const outputRank = values.shape(op.output).length;
  values.write(op, result, outputRank > 2 ? layout : "last");
}

/** The mean over all positions, for which runtimes have an op of their own. */
function globalMean(op: MeanOp, values: Values): void {
  const [x] = op.inputs as [number];
  const input = [values.read(x, "first")];
  const pooled = values.graph.node("GlobalAveragePool", input, `${op.layer}_mean`);
  if (op.keepDims) values.write(op, pooled, "first");
  else values.writeReshaped(op, pooled);
}
