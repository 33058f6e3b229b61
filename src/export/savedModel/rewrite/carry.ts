import type { Operation } from "../../../tensorflow/index.js";
import type { Rewriting } from "./rewriting.js";

/** Ops that compute each value by itself, whose further inputs are numbers or a bias of one axis. */
const elementwise = new Set([
  "Add",
  "AddV2",
  "Elu",
  "FakeQuantWithMinMaxVars",
  "Relu",
  "Relu6",
  "Selu",
  "Sigmoid",
  "Softplus",
  "Tanh",
]);

/**
 * @internal
 * Gives an op's output another shape, and the outputs of the elementwise ops that follow: up to a Reshape to that
 * shape, which is left out, or else up to a Reshape that is added and brings the present shape back.
 *
 * @param shapeOf the other shape of an output `[…, rows, columns]`
 */
export function carry(
  ops: Rewriting,
  operation: Operation,
  shapeOf: (shape: number[]) => number[],
): void {
  for (let last = operation; ; ) {
    const [output] = last.outputs as [Operation["outputs"][number]];
    const present = output.shape;
    output.shape = shapeOf(present);
    const next = ops.readerOf(last);
    if (next?.name === "Reshape" && String(next.outputs[0]!.shape) === String(output.shape)) {
      ops.takeOver(last, next);
      return;
    }
    const others = next?.inputs.filter((input) => input !== output.id) ?? [];
    const passes = next && elementwise.has(next.name);
    if (!passes || others.some((input) => ops.shapeOf(input).length > 1)) {
      ops.reshapeOutput(last, [...present.slice(0, -2), -1, present.at(-1)!], present);
      return;
    }
    last = next;
  }
}
