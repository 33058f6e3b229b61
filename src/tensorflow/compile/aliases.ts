import type { Trace } from "./values.js";

/** Ops whose result may be their input's memory. */
const views = new Set([
  ...["Identity", "Reshape", "ExpandDims", "Squeeze", "Slice", "StridedSlice", "SplitV", "Unpack"],
  ...["Cast", "PadV2", "Tile", "Transpose", "BroadcastTo", "Sum", "Mean", "Max", "Min", "Prod"],
  ...["ConcatV2", "Pack", "ReverseV2", "Select", "SelectV2"],
]);

/**
 * @internal
 * Whether a value may share its memory with a tensor that is fed. Such memory belongs to JavaScript and has to
 * be given back in JavaScript's thread, so no variable of a session may keep it.
 */
export function mayBeFed({ sources }: Trace, id: number): boolean {
  const seen = new Set([id]);
  // The set grows while it is walked.
  for (const id of seen) {
    const source = sources.get(id)!;
    if (["argument", "held", "feed"].includes(source.kind)) return true;
    if (source.kind !== "operation" || !views.has(source.operation.name)) continue;
    for (const input of source.operation.inputs) if (typeof input === "number") seen.add(input);
  }
  return false;
}
