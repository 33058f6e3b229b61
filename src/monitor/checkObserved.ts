import type { tf } from "../tensorflow/index.js";

/** @internal @throws RangeError if examples and outputs aren't those of the model */
export function checkObserved(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
  output: tf.Tensor,
) {
  const size = inputs[0]!.shape[0];
  const expected = [...model.inputs, ...model.outputs].map(({ shape }) => shape.slice(1));
  const found = [...inputs, output].map(({ shape }) => shape);
  const fits = (shape: readonly number[], i: number) => {
    const own = expected[i]!;
    // (A tensor of rank 1 stands for examples of one value.)
    const given = shape.length === 1 ? [1] : shape.slice(1);
    const isShape = given.length === own.length;
    return (
      shape[0] === size &&
      isShape &&
      own.every((side, axis) => side === null || side === given[axis])
    );
  };
  if (size !== undefined && found.length === expected.length && found.every(fits)) return;
  const words = (shapes: readonly (readonly (number | string | null)[])[]) =>
    shapes.map((shape) => `[${shape.join(", ")}]`).join(", ");
  throw new RangeError(
    `invalid examples: tensors of shapes ${words(found)} (expected all inputs of the model and its output, ${words(expected.map((shape) => ["examples", ...shape]))})`,
  );
}
