import type { Trace } from "./values.js";

/** Ops whose result may be their input's memory. */
const views = new Set([
  ...["Identity", "Reshape", "ExpandDims", "Squeeze", "Slice", "StridedSlice", "SplitV", "Unpack"],
  ...["Cast", "PadV2", "Tile", "Transpose", "BroadcastTo", "Sum", "Mean", "Max", "Min", "Prod"],
  ...["ConcatV2", "Pack", "ReverseV2", "Select", "SelectV2"],
]);

/**
 * @internal
 * Whether a value may be the memory of something that is fed. That memory is JavaScript's and has to be
 * given back in its thread, so no variable of a session may keep it.
 */
export function mayBeFed({ sources }: Trace, id: number): boolean {
  const source = sources.get(id)!;
  if (source.kind === "argument" || source.kind === "held" || source.kind === "feed") return true;
  if (source.kind !== "operation" || !views.has(source.operation.name)) return false;
  const { inputs } = source.operation;
  return inputs.some((input) => typeof input === "number" && mayBeFed({ sources } as Trace, input));
}
