import type { BatchMatMulOp, FullyConnectedOp, GatherOp } from "../../../integer/index.js";
import { isFlat } from "../layout.js";
import { isFloat } from "../program.js";
import { elementTypes } from "../schema.js";
import type { Values } from "../values.js";
import { biasOf } from "./convolutions.js";

/** @internal */
export function fullyConnected(op: FullyConnectedOp, values: Values): void {
  const [x, kernel, bias] = op.inputs as [number, number, number];
  const layout = isFlat(values.layoutOf(x)) ? values.layoutOf(x) : "last";
  const shape = values.shape(x);
  const isMatrix = shape.length === 2;
  const matrix = isMatrix ? values.read(x, layout) : values.asMatrix(x);
  const inputs = [matrix, values.denseWeights(kernel, layout), ...biasOf(bias, values)];
  const result = values.graph.node("Gemm", inputs, `${op.layer}_gemm`, { transB: { int: 1 } });
  if (isMatrix) values.write(op, result, "last", op);
  else values.writeReshaped(op, result, op.activation);
}

/** @internal */
export function batchMatMul(op: BatchMatMulOp, values: Values): void {
  const [a, b] = op.inputs as [number, number];
  const rank = values.shape(b).length;
  const order = values.shape(b).map((_, i) => i);
  const swapped = [...order.slice(0, -2), rank - 1, rank - 2];
  const right = op.transposeB ? values.turned(b, swapped) : values.read(b, "last");
  const result = values.graph.node("MatMul", [values.read(a, "last"), right], `${op.layer}_matmul`);
  values.write(op, result, "last");
}

/** @internal */
export function gather(op: GatherOp, values: Values): void {
  const [indices, table] = op.inputs as [number, number];
  const read = values.read(indices, "last");
  // tfjs's indices are float numbers.
  const to = { to: { int: elementTypes.int32 } };
  const whole = isFloat(values.tensor(indices))
    ? values.graph.node("Cast", [read], `${op.layer}_indices`, to)
    : read;
  const inputs = [values.read(table, "last"), whole];
  const result = values.graph.node("Gather", inputs, `${op.layer}_gather`, { axis: { int: 0 } });
  values.write(op, result, "last", { keepsCodes: true });
}
