import type { Operation } from "../../../tensorflow/index.js";
import type { Rewriting, TensorId } from "./rewriting.js";

/**
 * @internal
 * Lets kernels be fake-quantized in the shape in which they are used. Layers bring a kernel into rows whose columns
 * are the channels, round the rows, and bring them back; TensorFlow's op rounds any tensor along its last axis, so
 * that only the ways there and back are left out.
 */
export function keepKernelShapes(ops: Rewriting): void {
  for (const rounding of ops.ops("FakeQuantWithMinMaxVarsPerChannel")) {
    const there = ops.makerOf(rounding.inputs[0]!, "Reshape");
    const back = lastReshape(ops, rounding);
    if (there && back) keepShape(ops, rounding, { there, back });
  }
}

/** The last Reshape of those that follow an op one after the other. */
function lastReshape(ops: Rewriting, operation: Operation): Operation | undefined {
  let last: Operation | undefined;
  for (let next = ops.readerOf(operation); next?.name === "Reshape"; next = ops.readerOf(next)) {
    last = next;
  }
  return last;
}

function keepShape(
  ops: Rewriting,
  rounding: Operation,
  { there, back }: { there: Operation; back: Operation },
): void {
  const kernel = there.inputs[0] as TensorId;
  const channels = ops.shapeOf(rounding.inputs[1]!)[0]!;
  const shape = back.outputs[0]!.shape;
  const used = channelsTogether(shape, channels);
  if (!used || used.length > 4) return;
  const same = String(used) === String(ops.shapeOf(kernel));
  rounding.inputs[0] = kernel;
  if (!same) ops.reshapeInput(rounding, 0, used);
  if (used.length === shape.length) ops.takeOver(rounding, back);
  else {
    rounding.outputs[0]!.shape = used;
    back.inputs[0] = rounding.outputs[0]!.id;
  }
}

/** A shape whose last axes, which together are the channels, are one axis. */
function channelsTogether(shape: number[], channels: number): number[] | undefined {
  for (let product = 1, axis = shape.length - 1; axis >= 0; axis--) {
    product *= shape[axis]!;
    if (product === channels) return [...shape.slice(0, axis), channels];
  }
  return undefined;
}
