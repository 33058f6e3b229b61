import { nodeBackend, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { locking } from "./gradientDescent.js";
import type { NativeOptimizer, Slot } from "./optimizers.js";

/** The fields of tfjs's `MomentumOptimizer`. */
interface Momentum {
  momentum: number;
  useNesterov: boolean;
  accumulations: Slot[];
}

/** @internal Momentum, Nesterov's too, as `ResourceApplyMomentum`. */
export const momentum: NativeOptimizer<Momentum> = (optimizer, rate) => {
  const { TF_ATTR_BOOL } = nodeBackend().binding;
  const nesterov = { name: "use_nesterov", type: TF_ATTR_BOOL, value: !!optimizer.useNesterov };
  const factor = tf.scalar(optimizer.momentum);
  return {
    name: "ResourceApplyMomentum",
    attributes: [typeAttribute("T", "float32"), locking(), nesterov],
    slots: { momentum: optimizer.accumulations },
    inputs: (variable, [accumulation], gradient) => [
      variable,
      accumulation!,
      rate,
      gradient,
      factor,
    ],
  };
};
