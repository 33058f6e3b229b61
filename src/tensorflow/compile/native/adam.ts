import { nodeBackend, typeAttribute } from "../../nodeBackend.js";
import { tf } from "../../tf.js";
import { locking } from "./gradientDescent.js";
import type { NativeOptimizer } from "./optimizers.js";

/** What tfjs's `AdamOptimizer` keeps. */
interface Adam {
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: { variable: tf.Variable }[];
  accumulatedSecondMoment: { variable: tf.Variable }[];
}

/** @internal Adam as `ResourceApplyAdam`. */
export const adam: NativeOptimizer<Adam> = (optimizer, rate) => {
  const { accBeta1, accBeta2 } = optimizer;
  const [beta1, beta2] = [tf.scalar(optimizer.beta1), tf.scalar(optimizer.beta2)];
  const [power1, power2] = [accBeta1.clone(), accBeta2.clone()];
  const epsilon = tf.mul(tf.sqrt(tf.sub(1, power2)), optimizer.epsilon);
  const { TF_ATTR_BOOL } = nodeBackend().binding;
  return {
    name: "ResourceApplyAdam",
    attributes: [
      typeAttribute("T", "float32"),
      locking(),
      { name: "use_nesterov", type: TF_ATTR_BOOL, value: false },
    ],
    slots: (index) => [
      optimizer.accumulatedFirstMoment[index]?.variable,
      optimizer.accumulatedSecondMoment[index]?.variable,
    ],
    inputs: (variable, [m, v], gradient) => [
      ...[variable, m!, v!, power1, power2],
      ...[rate, beta1, beta2, epsilon, gradient],
    ],
    finish() {
      accBeta1.assign(tf.mul(power1, optimizer.beta1));
      accBeta2.assign(tf.mul(power2, optimizer.beta2));
    },
  };
};
