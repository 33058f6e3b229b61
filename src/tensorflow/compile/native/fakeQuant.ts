import { gradientForX } from "../../fakeQuant/fakeQuant.js";
import { fakeQuantNative } from "../../fakeQuant/native.js";
import { hasKernels } from "../../kernels/library.js";
import { nodeBackend, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { type Restore, replaceMethod } from "./substitute.js";

/** @internal An op that passes gradients where its second input lies between its third and fourth. */
export const gate = "QuantizeAndDequantizeV4Grad";

/** From this size on, a pass over memory takes longer than a few more ops. */
const large = 2 ** 16;

/**
 * @internal
 * FakeQuant's gradient for x alone, of a range for the whole tensor, in one pass over memory: FakeQuant's
 * gradient op goes over the tensor twice more, for the sums that belong to the ends of the range. The gradients
 * are equal bit for bit, except that a NaN has no gradient if the range is [0, 0]. For small
 * tensors the library's own kernel is one op instead of several; for large ones a ReLU joins TensorFlow's.
 */
export function replaceFakeQuantGradient(): Restore {
  return replaceMethod(gradientForX, "of", (original) => (dy, x, min, max, attributes) => {
    const small = hasKernels() && x.size < large;
    if (small || min.rank > 0 || attributes.bits < 2) return original(dy, x, min, max, attributes);
    return tf.tidy(() => {
      // Infinities are rounded to the ends of the grid. A range [0, 0] lets all pass.
      const live = tf.notEqual(min, max);
      const end = (infinity: number) => {
        const all = tf.scalar(infinity);
        return tf.where(live, fakeQuantNative.forward(all, min, max, attributes), all);
      };
      const inputs = [dy, x, end(-Infinity), end(Infinity)];
      const { TF_ATTR_INT } = nodeBackend().binding;
      const gateAttributes = [
        typeAttribute("T", "float32"),
        { name: "axis", type: TF_ATTR_INT, value: -1 },
      ];
      return nodeBackend().executeMultipleOutputs(gate, gateAttributes, inputs, 3)[0]!;
    });
  });
}
