import { nodeBackend } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";

/** @internal The weights of a layer normalization, which may be left out, and its ε. */
export interface LayerNormalizationCall {
  gamma?: tf.Tensor | undefined;
  beta?: tf.Tensor | undefined;
  epsilon: number;
}

/**
 * @internal
 * Layer normalization of each row of x, `[rows, width]`, in one op, and its gradient in another
 * (native/layerNormalization.cc). Values and gradients differ from those of composed ops by 2e-6 of the largest at
 * most, where a row's values aren't large beside their differences; they don't depend on threads.
 */
export function layerNormalizationKernel(
  x: tf.Tensor,
  { gamma, beta, epsilon }: LayerNormalizationCall,
): tf.Tensor {
  const backend = nodeBackend();
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as (tensors: tf.Tensor[]) => void;
    const [x, ...weights] = args as [tf.Tensor, ...tf.Tensor[]];
    const none = tf.fill([0], 0);
    const scales = [gamma, beta].map((given) => (given ? weights.shift()! : none));
    const inputs = [x, ...scales, tf.scalar(epsilon)];
    const [y, ...found] = backend.executeMultipleOutputs("QatlabLayerNormalization", [], inputs, 3);
    save([x, ...scales, ...found]);
    return {
      value: y!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backend
          .executeMultipleOutputs("QatlabLayerNormalizationGradient", [], [dy, ...saved], 3)
          .filter((_, i) => [x, gamma, beta][i]),
    };
  });
  return op(x, ...[gamma, beta].filter((weight) => weight !== undefined));
}
