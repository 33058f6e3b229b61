import { nodeBackend, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { locking } from "./gradientDescent.js";
import { type NativeOptimizer, type Slot, shareOf } from "./optimizers.js";

/** The fields of tfjs's `AdamOptimizer`. */
interface Adam {
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: Slot[];
  accumulatedSecondMoment: Slot[];
}

/**
 * @internal
 * Adam as `ResourceApplyAdam` (Kingma and Ba 2015, arXiv:1412.6980, with the bias corrections drawn into the
 * rate). tfjs adds epsilon to the corrected √v, as algorithm 1 does, TensorFlow to the uncorrected one, as
 * section 2 does ("epsilon hat"): so TensorFlow's op gets epsilon · √(1 − β₂ᵗ).
 */
export const adam: NativeOptimizer<Adam> = (optimizer, rate) => {
  const scales = [shareOf(optimizer.beta1), shareOf(optimizer.beta2)];
  const [share1, share2] = scales as [number, number];
  const scaledRate = tf.mul(rate, Math.sqrt(share2) / share1);
  const { accBeta1, accBeta2 } = optimizer;
  const [beta1, beta2] = [tf.scalar(optimizer.beta1), tf.scalar(optimizer.beta2)];
  const [power1, power2] = [accBeta1.clone(), accBeta2.clone()];
  const epsilon = tf.mul(tf.sqrt(tf.sub(1, power2)), optimizer.epsilon * Math.sqrt(share2));
  const { TF_ATTR_BOOL } = nodeBackend().binding;
  return {
    name: "ResourceApplyAdam",
    attributes: [
      typeAttribute("T", "float32"),
      locking(),
      { name: "use_nesterov", type: TF_ATTR_BOOL, value: false },
    ],
    slots: { m: optimizer.accumulatedFirstMoment, v: optimizer.accumulatedSecondMoment },
    scales,
    inputs: (variable, [m, v], gradient) => [
      ...[variable, m!, v!, power1, power2],
      ...[scaledRate, beta1, beta2, epsilon, gradient],
    ],
    finish() {
      accBeta1.assign(tf.mul(power1, optimizer.beta1));
      accBeta2.assign(tf.mul(power2, optimizer.beta2));
    },
  };
};
