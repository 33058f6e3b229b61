import type { tf } from "../../tensorflow/index.js";

/** @internal The shape of each input; `null` for a free batch size, in all of them or none. */
export type InputShapes = (number | null)[][];

/**
 * @internal
 * The shapes that a model is exported with.
 *
 * @throws RangeError for a batch size or shapes that the model doesn't take, and for sizes beside the
 *   batch that stay open
 */
export function inputShapesOf(
  model: tf.LayersModel,
  { batchSize, inputShapes }: { batchSize?: number; inputShapes?: number[][] },
): InputShapes {
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new RangeError(`invalid batchSize: ${batchSize} (expected a whole number of at least 1)`);
  }
  if (!model.inputs?.length) {
    throw new Error(
      `model "${model.name}" isn't built (give its first layer an inputShape, or call it once)`,
    );
  }
  const stateful = model.layers.find((layer) => layer.stateful);
  if (stateful) {
    throw new Error(
      `model "${model.name}" can't be exported: layer "${stateful.name}" is stateful, so that each call depends on those before it (make it without stateful: true, and copy the weights)`,
    );
  }
  if (inputShapes && inputShapes.length !== model.inputs.length) {
    throw new RangeError(
      `invalid inputShapes: ${inputShapes.length} shapes (model "${model.name}" has ${model.inputs.length} inputs)`,
    );
  }
  const shapes = model.inputs.map(({ name, shape }, i) => {
    const [batch, ...sizes] = shape;
    const given = inputShapes?.[i] ?? sizes;
    const fits =
      given.length === sizes.length &&
      given.every((size, axis) =>
        sizes[axis] === null ? size === null || isSize(size) : size === sizes[axis],
      );
    if (!fits) {
      throw new RangeError(
        `invalid inputShapes: [${given}] for input "${name}" (expected sizes for [${sizes.map((size) => size ?? "any")}])`,
      );
    }
    if (given.includes(null)) {
      throw new RangeError(
        `input "${name}" of model "${model.name}" has open sizes beside the batch: [${shape.map((size) => size ?? "any").join(", ")}] ` +
          `(fix them, as in { inputShapes: [[${sizes.map((size) => size ?? 16).join(", ")}]] })`,
      );
    }
    if (batchSize !== undefined && batch !== null && batch !== batchSize) {
      throw new RangeError(`invalid batchSize: ${batchSize} (input "${name}" takes ${batch})`);
    }
    return [batch ?? batchSize ?? null, ...given] as (number | null)[];
  });
  // With one size fixed by the model, the rest can only be the same.
  const fixed = shapes.find(([batch]) => batch !== null)?.[0];
  return fixed === undefined
    ? shapes
    : shapes.map(([batch, ...sizes]) => [batch ?? fixed, ...sizes]);
}

function isSize(size: unknown): boolean {
  return Number.isInteger(size) && (size as number) > 0;
}
