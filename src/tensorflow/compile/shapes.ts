import type { Trace } from "./values.js";

/** @internal The shape of a tensor of a trace; `[]` if the trace doesn't know it. */
export function shapeOf({ sources, argumentShapes }: Trace, id: number): readonly number[] {
  const source = sources.get(id);
  switch (source?.kind) {
    case "operation":
      return source.operation.outputs[source.output]!.shape;
    case "constant":
      return source.constant.shape;
    case "argument":
      return argumentShapes[source.index]!;
    case "held":
      return source.tensor.shape;
    case "variable":
    case "updated":
      return source.variable.shape;
    default:
      return [];
  }
}
