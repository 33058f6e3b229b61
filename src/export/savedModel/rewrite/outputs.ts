import { nodeBackend } from "../../../tensorflow/index.js";
import type { Rewriting } from "./rewriting.js";

/** The ends of a model's output. */
export interface OutputRange {
  min: number;
  max: number;
}

/** @internal Rounds the model's outputs to 8 bits. */
export function roundOutputs(ops: Rewriting, ranges: readonly OutputRange[]): void {
  const { TF_ATTR_BOOL, TF_ATTR_INT } = nodeBackend().binding;
  const attributes = [
    { name: "num_bits", type: TF_ATTR_INT, value: 8 },
    { name: "narrow_range", type: TF_ATTR_BOOL, value: false },
  ];
  ranges.forEach(({ min, max }, i) => {
    ops.extendOutput(i, { name: "FakeQuantWithMinMaxVars", attributes }, [min, max]);
  });
}
