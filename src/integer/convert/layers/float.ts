import { tf } from "../../../tensorflow/index.js";
import type { Place } from "../context.js";

/** Keeps a layer in float, between its input's values and the codes of its output. */
export function keptInFloat(place: Place): number {
  const { node, builder, name } = place;
  const { grid } = place.targetGrid();
  const shapes = place.inputs.map((_, i) => place.input(i).shape);
  place.builder.notes.push(
    `${name}: it stays in float, so that the model isn't one of integers only`,
  );
  return builder.op(
    {
      type: "float",
      layer: name,
      inputs: place.inputs,
      compute: (values) =>
        tf.tidy(() => {
          const inputs = values.map((list, i) => tf.tensor(list, [...shapes[i]!]));
          const outputs = node.layer.call(inputs.length === 1 ? inputs[0]! : inputs, {});
          return [outputs].flat()[0]!.dataSync() as Float32Array;
        }),
    },
    place.value(grid),
  );
}
