import type { Place } from "../context.js";

/** The sum, product, and so on of two inputs. */
export function binary(type: "add" | "multiply" | "maximum" | "minimum") {
  return (place: Place): number => {
    const { inputs, name } = place;
    if (inputs.length !== 2) {
      throw place.refusal(
        `it has ${inputs.length} inputs (expected two; runtimes take more one after the other, as in add([add([a, b]), c]))`,
      );
    }
    const { grid, activation } = place.targetGrid();
    // Runtimes compare codes, so that both need one scale.
    const compares = type === "maximum" || type === "minimum";
    const reads = compares ? inputs.map((input) => place.on(grid, input)) : [...inputs];
    return place.builder.op({ type, layer: name, inputs: reads, activation }, place.value(grid));
  };
}

/** The inputs one after the other, all on the output's scale. */
export function concatenate(place: Place): number {
  const { grid } = place.targetGrid();
  const { axis = -1 } = place.config as { axis?: number };
  const rank = place.shape.length;
  const inputs = place.inputs.map((input) => place.on(grid, input));
  return place.builder.op(
    { type: "concatenate", layer: place.name, inputs, axis: axis < 0 ? rank + axis : axis },
    place.value(grid),
  );
}
