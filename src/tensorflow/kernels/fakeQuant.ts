import type { FakeQuantAttributes, FakeQuantOps } from "../fakeQuant/native.js";
import { nodeBackend, type OpAttribute } from "../loading/nodeBackend.js";
import type { tf } from "../tf.js";

/** How much of a range's gradients is summed. */
const needs = { ends: 1, endsAndRounding: 2 };

/** @internal The op that passes gradients within a range, and adds up what an estimator needs for the range. */
export const fakeQuantGradient = "QatlabFakeQuantGradient";

/** @internal The op that passes gradients within a range; with the attribute `relu` only above 0. */
export const fakeQuantGate = "QatlabFakeQuantGate";

/**
 * @internal
 * Fake quantization by the library's own kernels (native/fakeQuant.cc), in one pass over memory each way: for any
 * number of channels the time of a copy. Values, and gradients for x, are those of TensorFlow's ops bit for bit.
 * Sums are added in blocks of about 16,000 values, the blocks in 64 bits: they don't depend on threads or
 * instructions, and differ from TensorFlow's by 1e-6 of the sum of their terms' sizes at most.
 */
export const fakeQuantKernels: FakeQuantOps & {
  /** The gradient for x alone. */
  forX: FakeQuantOps["backward"];
  /** The gradients for x, min and max, and the sum of the gradient within the range times the error of rounding. */
  withRounding: FakeQuantOps["backward"];
} = {
  forward: (x, min, max, attributes) =>
    run("QatlabFakeQuant", [x, min, max], { attributes, outputs: 1 })[0]!,
  backward: (...call) => gradient(call, "ends").slice(0, 3),
  forX: (dy, x, min, max, attributes) =>
    run(fakeQuantGate, [dy, x, min, max], { attributes, outputs: 1 }),
  withRounding: (...call) => gradient(call, "endsAndRounding"),
};

function gradient(
  [dy, x, min, max, attributes]: Parameters<FakeQuantOps["backward"]>,
  sums: keyof typeof needs,
): tf.Tensor[] {
  const { TF_ATTR_INT } = nodeBackend().binding;
  const more = [{ name: "sums", type: TF_ATTR_INT, value: needs[sums] }];
  return run(fakeQuantGradient, [dy, x, min, max], { attributes, more, outputs: 4 });
}

interface Call {
  attributes: FakeQuantAttributes;
  /** The attributes besides those of the grid. */
  more?: OpAttribute[];
  outputs: number;
}

function run(
  op: string,
  inputs: tf.Tensor[],
  { attributes: { bits, narrowRange }, more = [], outputs }: Call,
): tf.Tensor[] {
  const backend = nodeBackend();
  const { TF_ATTR_INT, TF_ATTR_BOOL } = backend.binding;
  const attributes = [
    { name: "num_bits", type: TF_ATTR_INT, value: bits },
    { name: "narrow_range", type: TF_ATTR_BOOL, value: narrowRange },
    ...more,
  ];
  return backend.executeMultipleOutputs(op, attributes, inputs, outputs);
}
