import { checkOptionalCounts } from "../../arguments/index.js";
import type { tf } from "../../tensorflow/index.js";

/** @internal The shape of each input; a free batch size is `null`, in all shapes or in none. */
export type InputShapes = (number | null)[][];

/**
 * @internal
 * The shapes that a model is exported with.
 *
 * @throws RangeError if the model doesn't take the batch size or the shapes, or if a size besides the batch
 *   stays open; Error if the model isn't built or is stateful
 */
export function inputShapesOf(
  model: tf.LayersModel,
  { batchSize, inputShapes }: { batchSize?: number; inputShapes?: number[][] },
): InputShapes {
  checkOptionalCounts({ batchSize });
  if (!model.inputs?.length) {
    throw new Error(
      `model "${model.name}" isn't built (give its first layer an inputShape, or call it once)`,
    );
  }
  const stateful = model.layers.find((layer) => layer.stateful);
  if (stateful) {
    throw new Error(
      `model "${model.name}" can't be exported: layer "${stateful.name}" is stateful, so that each call depends on the calls before it (make the layer without stateful: true, and copy the weights)`,
    );
  }
  if (inputShapes && inputShapes.length !== model.inputs.length) {
    throw new RangeError(
      `invalid inputShapes: ${inputShapes.length} shapes (model "${model.name}" has ${model.inputs.length} inputs)`,
    );
  }
  const shapes = model.inputs.map(({ name, shape }, i) => {
    const [batch, ...sizes] = shape;
    const chosen = inputShapes?.[i] ?? sizes;
    const fits =
      chosen.length === sizes.length &&
      chosen.every((size, axis) =>
        sizes[axis] === null ? size === null || isSize(size) : size === sizes[axis],
      );
    if (!fits) {
      throw new RangeError(
        `invalid inputShapes: [${chosen}] for input "${name}" (expected sizes for [${sizes.map((size) => size ?? "any")}])`,
      );
    }
    if (chosen.includes(null)) {
      throw new RangeError(
        `input "${name}" of model "${model.name}" has open sizes besides the batch: [${shape.map((size) => size ?? "any").join(", ")}] ` +
          `(fix them, as in { inputShapes: [[${sizes.map((size) => size ?? 16).join(", ")}]] })`,
      );
    }
    if (batchSize !== undefined && batch !== null && batch !== batchSize) {
      throw new RangeError(`invalid batchSize: ${batchSize} (input "${name}" takes ${batch})`);
    }
    return [batch ?? batchSize ?? null, ...chosen] as (number | null)[];
  });
  // If the model fixes the batch size of an input, the other inputs have the same batch size.
  const fixed = shapes.find(([batch]) => batch !== null)?.[0];
  return fixed === undefined
    ? shapes
    : shapes.map(([batch, ...sizes]) => [batch ?? fixed, ...sizes]);
}

function isSize(size: unknown): boolean {
  return Number.isInteger(size) && (size as number) > 0;
}
