import { nodeBackend } from "../loading/nodeBackend.js";
import { gate } from "./native/fakeQuant.js";
import type { Constant, Operation, Trace } from "./values.js";

/**
 * @internal
 * The gate through which a gradient came before it reaches the gate of a ReLU. If a ReLU's output y is quantized, the
 * gradient passes where y lies in the range, then where y is above 0. One gate with the lower end just above 0 does
 * both, since 0 lies in every range.
 *
 * @returns the op whose inputs are dy, y, and the ends of the range
 */
export function gateOf({ sources }: Trace, { name, inputs }: Operation): Operation | undefined {
  if (name !== "ReluGrad") return undefined;
  const [dy, y] = inputs as number[];
  const source = sources.get(dy!);
  if (source?.kind !== "operation" || source.operation.name !== gate) return undefined;
  return source.operation.inputs[1] === y ? source.operation : undefined;
}

/** @internal The smallest number above 0 that TensorFlow doesn't flush to 0. */
export function smallestPositive(): Constant {
  const { TF_FLOAT } = nodeBackend().binding;
  const values = Float32Array.of(2 ** -126);
  return { values, shape: [], dtype: TF_FLOAT, site: { stack: "" } };
}
