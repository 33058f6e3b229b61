import type { FusedActivation } from "../../../integer/index.js";
import { activationFunctionType, padding } from "../schema/enums.js";

const activations = {
  none: activationFunctionType.NONE,
  relu: activationFunctionType.RELU,
  relu6: activationFunctionType.RELU6,
  reluN1To1: activationFunctionType.RELU_N1_TO_1,
} satisfies Record<FusedActivation, number>;

/** The field of options that names the activation. */
export function activationField(activation: FusedActivation) {
  return { fusedActivationFunction: activations[activation] };
}

/** The fields of options that describe a window's steps. */
export function windowFields(window: {
  strides: readonly [number, number];
  padding: "same" | "valid";
}) {
  const [strideH, strideW] = window.strides;
  return { strideH, strideW, padding: window.padding === "same" ? padding.SAME : padding.VALID };
}
