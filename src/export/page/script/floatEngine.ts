import type { IntegerOp } from "../../../integer/index.js";
import { computeOf } from "./floatOps.js";
import type { FloatValues } from "./floatSums.js";

/** A float program as plain data: weights have values. */
export interface FloatPlan {
  readonly tensors: readonly {
    readonly shape: readonly number[];
    readonly values?: Float32Array;
  }[];
  readonly ops: readonly IntegerOp[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Makes the function that runs a float program on the values of an input, and returns those of its output. */
export function floatEngine({ tensors, ops, inputs, outputs }: FloatPlan) {
  const memory: FloatValues[] = tensors.map(({ shape, values }) => ({
    shape,
    values: values ?? new Float32Array(shape.reduce((size, length) => size * length, 1)),
  }));
  const steps = ops.map((op) => {
    const compute = computeOf(op);
    const from = op.inputs.filter((input) => input >= 0).map((input) => memory[input]!);
    return () => compute(from, memory[op.output]!);
  });
  return (values: Float32Array): Float32Array => {
    memory[inputs[0]!]!.values.set(values);
    for (const step of steps) step();
    return memory[outputs[0]!]!.values.slice();
  };
}
