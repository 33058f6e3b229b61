import type { BinaryOp } from "../../../integer/index.js";
import type { Place } from "../place.js";

/** The sum, product, and so on of all inputs, two at a time. */
export function binary(type: BinaryOp["type"]) {
  return (place: Place): number => {
    const [first, ...others] = place.inputs;
    return others.reduce((sum, input) => {
      const inputs = [sum, input];
      const op = { type, layer: place.name, inputs, activation: "none" } as const;
      return place.builder.op(op, place.shape);
    }, first!);
  };
}

/** The mean of all inputs. */
export function average(place: Place): number {
  const sum = binary("add")(place);
  const share = Float32Array.of(1 / place.inputs.length);
  const ones = place.shape.map(() => 1);
  const inputs = [sum, place.builder.tensor(`${place.name}/share`, ones, share)];
  const op = { type: "multiply", layer: place.name, inputs, activation: "none" } as const;
  return place.builder.op(op, place.shape);
}

/** The inputs one after the other. */
export function concatenate(place: Place): number {
  const { axis = -1 } = place.config as { axis?: number };
  const op = { type: "concatenate", layer: place.name, inputs: place.inputs } as const;
  return place.builder.op(
    { ...op, axis: axis < 0 ? place.shape.length + axis : axis },
    place.shape,
  );
}
