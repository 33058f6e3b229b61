import type { Rewriting, TensorId } from "./rewriting.js";

const rounding = "FakeQuantWithMinMaxVars";

/**
 * @internal
 * Rounds those inputs of a rounded concatenation that aren't rounded yet: the same numbers. Python's converter to
 * TensorFlow Lite may give such an input the scale of another input, which would clip it.
 */
export function roundBeforeConcatenations(ops: Rewriting): void {
  for (const concatenation of ops.ops("ConcatV2")) {
    const rounded = ops.readerOf(concatenation);
    if (rounded?.name !== rounding) continue;
    const [, ...range] = rounded.inputs as TensorId[];
    for (let i = 0; i < concatenation.inputs.length - 1; i++) {
      const own = ops.makerOf(concatenation.inputs[i]!, rounding);
      if (!own) ops.extendInput(concatenation, i, rounded, range);
    }
  }
}
