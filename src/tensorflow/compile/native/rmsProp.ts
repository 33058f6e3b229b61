import { typeAttribute } from "../../nodeBackend.js";
import { tf } from "../../tf.js";
import { locking } from "./gradientDescent.js";
import type { NativeOptimizer } from "./optimizers.js";

/** What tfjs's `RMSPropOptimizer` keeps. */
interface RmsProp {
  decay: number;
  momentum: number;
  epsilon: number;
  centered: boolean;
  accumulatedMeanSquares: { variable: tf.Variable }[];
  accumulatedMoments: { variable: tf.Variable }[];
}

/** @internal RMSProp as `ResourceApplyRMSProp`; the centered one subtracts epsilon in tfjs, adds it in TensorFlow. */
export const rmsProp: NativeOptimizer<RmsProp> = (optimizer, rate) => {
  if (optimizer.centered) return undefined;
  const [decay, momentum, epsilon] = [optimizer.decay, optimizer.momentum, optimizer.epsilon].map(
    (value) => tf.scalar(value),
  );
  return {
    name: "ResourceApplyRMSProp",
    attributes: [typeAttribute("T", "float32"), locking()],
    slots: (index) => [
      optimizer.accumulatedMeanSquares[index]?.variable,
      optimizer.accumulatedMoments[index]?.variable,
    ],
    inputs: (variable, [meanSquare, moment], gradient) => [
      ...[variable, meanSquare!, moment!],
      ...[rate, decay!, momentum!, epsilon!, gradient],
    ],
  };
};
