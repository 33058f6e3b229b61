import { clampOf, geometryOf, type PoolOp } from "../../../integer/index.js";
import { averagePool2d, maxPool2d } from "../routines/pooling.js";
import { struct, type Writer } from "../writer.js";
import { fields } from "./convolution.js";

/** @internal The largest or the mean code of each window. */
export function pool2d(op: PoolOp, writer: Writer): string[] {
  const [input, output] = [writer.tensor(op.inputs[0]!), writer.tensor(op.output)];
  const routine = writer.call(op.type === "maxPool2d" ? maxPool2d : averagePool2d);
  const window = struct("window", fields(geometryOf(input, output, op.size, op), output));
  const { smallest, largest } = clampOf(op.activation, output);
  const places = `${writer.at(op.inputs[0]!)}, ${writer.at(op.output)}`;
  return [`${routine}(${places}, ${window}, ${smallest}, ${largest});`];
}
