import { checkConvertibleOps } from "../convertible.js";
import type { Forward } from "../forward.js";
import { roundBeforeConcatenations } from "./concatenations.js";
import { convolveWithChannels } from "./convolutions.js";
import { keepKernelShapes } from "./kernels.js";
import { multiplyMatrices } from "./matrices.js";
import { type OutputRange, roundOutputs } from "./outputs.js";
import { Rewriting } from "./rewriting.js";
import { dropIdleTransposes } from "./transposes.js";

/** @internal The form of an exported graph. */
export interface Form {
  /**
   * Whether products with matrices that are rounded per channel become convolutions, whose sums may differ in the last
   * bits, and inputs of a concatenation are rounded by themselves.
   */
  tflite: boolean;
  /** The ranges of the outputs, which are then rounded; the list is empty if the outputs stay as they are. */
  outputRanges: readonly OutputRange[];
}

/**
 * @internal
 * A forward pass with fewer ops and the same numbers, bit for bit. Its ops are those that Python's converter to
 * TensorFlow Lite has quantized forms of, except for products with matrices that are rounded per channel.
 */
export function simplify(forward: Forward, { tflite, outputRanges }: Form): Forward {
  const ops = new Rewriting(forward);
  roundOutputs(ops, outputRanges);
  const passes = [
    dropIdleTransposes,
    multiplyMatrices,
    keepKernelShapes,
    ...(tflite ? [convolveWithChannels, roundBeforeConcatenations, checkConvertibleOps] : []),
  ];
  for (const pass of passes) {
    pass(ops);
    ops.prune();
  }
  return forward;
}
