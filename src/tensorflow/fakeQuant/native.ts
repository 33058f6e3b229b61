import { tf } from "../tf.js";

/** How many codes, and whether the smallest is left out: the attributes of FakeQuant ops. */
export interface FakeQuantAttributes {
  /** The width of a code, from 1 to 16; in native ops from 2. */
  bits: number;
  /** Whether the codes start at 1 instead of 0. */
  narrowRange: boolean;
}

/**
 * Forward and backward of FakeQuant. `min` and `max` are scalars, or `[channels]` of x's last axis, or `[before,
 * after]` for an x of `[before, size, after]`.
 */
export interface FakeQuantOps {
  forward(x: tf.Tensor, min: tf.Tensor, max: tf.Tensor, attributes: FakeQuantAttributes): tf.Tensor;
  /** The gradients for x, min and max. */
  backward(
    dy: tf.Tensor,
    x: tf.Tensor,
    min: tf.Tensor,
    max: tf.Tensor,
    attributes: FakeQuantAttributes,
  ): tf.Tensor[];
}

/** The part of tfjs-node's backend that runs TensorFlow's ops by name. */
interface NativeBackend {
  binding: { TF_ATTR_INT: number; TF_ATTR_BOOL: number };
  executeMultipleOutputs(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/**
 * @internal
 * TensorFlow's `FakeQuantWithMinMaxVars`, `FakeQuantWithMinMaxVarsPerChannel` and their gradients, one native
 * call each. tfjs doesn't expose these ops, but its node backend runs them by name.
 */
export const fakeQuantNative: FakeQuantOps = {
  forward: (x, min, max, attributes) => run(opName(min), [x, min, max], 1, attributes)[0]!,
  backward: (dy, x, min, max, attributes) =>
    run(`${opName(min)}Gradient`, [dy, x, min, max], 3, attributes),
};

function opName(min: tf.Tensor): string {
  return min.rank === 0 ? "FakeQuantWithMinMaxVars" : "FakeQuantWithMinMaxVarsPerChannel";
}

function run(
  name: string,
  inputs: tf.Tensor[],
  outputs: number,
  { bits, narrowRange }: FakeQuantAttributes,
): tf.Tensor[] {
  const backend = tf.backend() as unknown as NativeBackend;
  const attributes = [
    { name: "num_bits", type: backend.binding.TF_ATTR_INT, value: bits },
    { name: "narrow_range", type: backend.binding.TF_ATTR_BOOL, value: narrowRange },
  ];
  return backend.executeMultipleOutputs(name, attributes, inputs, outputs);
}
