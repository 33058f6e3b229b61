import type { tf } from "../tensorflow/index.js";

/** @internal @throws RangeError if examples and outputs aren't those of the model */
export function checkObserved(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
  output: tf.Tensor,
): void {
  const size = inputs[0]!.shape[0];
  const counts = inputs.length === model.inputs.length && size !== undefined;
  const fits =
    counts &&
    inputs.every((input, i) => isBatch(input.shape, model.inputs[i]!.shape, size)) &&
    isBatch(output.shape, model.outputs[0]!.shape, size);
  if (fits) return;
  const found = [...inputs, output].map(({ shape }) => `[${shape.join(", ")}]`);
  const expected = [...model.inputs, ...model.outputs].map(
    ({ shape }) => `[${["examples", ...shape.slice(1)].join(", ")}]`,
  );
  throw new RangeError(
    `invalid examples: tensors of shapes ${found.join(", ")} (expected all inputs of the model and its output, ${expected.join(", ")})`,
  );
}

/** Whether a shape is that of so many examples; a tensor of rank 1 stands for examples of one value. */
function isBatch(shape: readonly number[], expected: tf.Shape, size: number): boolean {
  if (shape[0] !== size) return false;
  if (shape.length === 1)
    return expected.length === 2 && (expected[1] === 1 || expected[1] === null);
  if (shape.length !== expected.length) return false;
  for (let axis = 1; axis < shape.length; axis++) {
    if (expected[axis] !== null && expected[axis] !== shape[axis]) return false;
  }
  return true;
}
