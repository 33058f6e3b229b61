import { typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { locking } from "./gradientDescent.js";
import { type NativeOptimizer, type Slot, shareOf } from "./optimizers.js";

/** The fields of tfjs's `RMSPropOptimizer`. */
interface RmsProp {
  decay: number;
  momentum: number;
  epsilon: number;
  centered: boolean;
  accumulatedMeanSquares: Slot[];
  accumulatedMoments: Slot[];
}

/**
 * @internal
 * RMSProp as `ResourceApplyRMSProp`. Centered RMSProp isn't written so: it subtracts epsilon in tfjs, and adds
 * it in TensorFlow.
 */
export const rmsProp: NativeOptimizer<RmsProp> = (optimizer, rate) => {
  if (optimizer.centered) return undefined;
  const share = shareOf(optimizer.decay);
  const [decay, momentum, epsilon] = [
    optimizer.decay,
    optimizer.momentum,
    optimizer.epsilon * share,
  ].map((value) => tf.scalar(value));
  const scaledRate = tf.mul(rate, Math.sqrt(share));
  return {
    name: "ResourceApplyRMSProp",
    attributes: [typeAttribute("T", "float32"), locking()],
    slots: { rms: optimizer.accumulatedMeanSquares, momentum: optimizer.accumulatedMoments },
    scales: [share, 1],
    inputs: (variable, [meanSquare, moment], gradient) => [
      ...[variable, meanSquare!, moment!],
      ...[scaledRate, decay!, momentum!, epsilon!, gradient],
    ],
  };
};
