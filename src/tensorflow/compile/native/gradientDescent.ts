import { nodeBackend, typeAttribute } from "../../loading/nodeBackend.js";
import type { NativeOptimizer } from "./optimizers.js";

/** @internal Gradient descent as `ResourceApplyGradientDescent`: variable − rate · gradient. */
export const gradientDescent: NativeOptimizer<unknown> = (_, rate) => ({
  name: "ResourceApplyGradientDescent",
  attributes: [typeAttribute("T", "float32"), locking()],
  slots: {},
  inputs: (variable, _, gradient) => [variable, rate, gradient],
});

/** @internal The attribute that all of these ops have. */
export function locking() {
  return { name: "use_locking", type: nodeBackend().binding.TF_ATTR_BOOL, value: false };
}
