import type { Place } from "../place.js";
import { withNonlinearity } from "./nonlinear.js";

/** Dense, on the last axis. */
export function dense(place: Place): number {
  const inputs = [place.inputs[0]!, place.weight(0, { order: [1, 0] }), place.bias(1)];
  const op = { type: "fullyConnected", layer: place.name, inputs } as const;
  return withNonlinearity(place, (activation) =>
    place.builder.op({ ...op, activation }, place.shape),
  );
}
