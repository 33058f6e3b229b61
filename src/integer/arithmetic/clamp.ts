import type { FusedActivation, IntegerTensor } from "../program/index.js";
import { awayFromZero } from "./halves.js";

/** The smallest and the largest code that an op writes. */
export interface Clamp {
  readonly smallest: number;
  readonly largest: number;
}

const bounds: Record<FusedActivation, readonly [number, number]> = {
  none: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
  reluN1To1: [-1, 1],
};

/**
 * The codes between which a fused activation clamps: TensorFlow Lite's `CalculateActivationRangeQuantized`, which
 * divides in float32 and rounds halves away from zero, within the tensor's own codes.
 */
export function clampOf(activation: FusedActivation, tensor: IntegerTensor): Clamp {
  const [low, high] = bounds[activation];
  const scale = tensor.scale[0] ?? 1;
  const zeroPoint = tensor.zeroPoint[0] ?? 0;
  const codeOf = (value: number) => zeroPoint + awayFromZero(Math.fround(value / scale));
  return {
    smallest: Math.max(tensor.smallest, low === -Infinity ? -Infinity : codeOf(low)),
    largest: Math.min(tensor.largest, high === Infinity ? Infinity : codeOf(high)),
  };
}
