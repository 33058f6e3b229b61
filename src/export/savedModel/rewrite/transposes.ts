import type { Rewriting } from "./rewriting.js";

/** @internal Leaves out the transpositions that leave all axes in place, as tfjs makes them before it multiplies. */
export function dropIdleTransposes(ops: Rewriting): void {
  for (const transpose of ops.ops("Transpose")) {
    const order = ops.constantOf(transpose.inputs[1]!);
    if (order?.every((axis, place) => axis === place)) ops.bypass(transpose);
  }
}
