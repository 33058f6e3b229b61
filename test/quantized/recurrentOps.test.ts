import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { compile } from "../../src/tensorflow/compile/compile.js";
import { withoutKernels } from "../../src/tensorflow/kernels/library.js";
import { opsOf } from "../tensorflow/compile/native/trace.js";
import { addon } from "../tensorflow/kernels/values.js";

const { tf } = q;
const xs = tf.sin(tf.mul(tf.range(0, 8 * 5 * 3), 2.39)).reshape([8, 5, 3]);
const ys = tf.tensor1d([0, 1, 2, 3, 0, 1, 2, 3], "int32");
const ops = { lstm: "QatlabLstm", gru: "QatlabGru" };

/** A small recurrent network that rounds its state to 4 bits after each step. */
function quantized(kind: keyof typeof ops, options: Partial<q.PrepareOptions> = {}) {
  const initial = (seed: number) => tf.initializers.glorotUniform({ seed });
  const recurrent = tf.layers[kind]({
    ...{ units: 6, inputShape: [5, 3], recurrentActivation: "sigmoid", returnSequences: true },
    ...{ kernelInitializer: initial(1), recurrentInitializer: initial(2) },
  });
  const last = tf.layers[kind]({
    units: 4,
    kernelInitializer: initial(3),
    recurrentInitializer: initial(4),
  });
  const model = tf.sequential({ layers: [recurrent, last] });
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.int(4) });
  return q.prepare(model, scheme, { calibration: { xs, ys }, method: "minmax", ...options });
}

const lossOf = (model: q.tf.LayersModel, training = true) =>
  tf.losses
    .softmaxCrossEntropy(tf.oneHot(ys, 4).toFloat(), model.apply(xs, { training }) as q.tf.Tensor)
    .asScalar();

describe.runIf(addon)("a quantized recurrent layer in a compiled function", () => {
  it.each(["lstm", "gru"] as const)(
    "is one op with the rounding of its state: %s",
    async (kind) => {
      const model = await quantized(kind);
      const found = opsOf(() => lossOf(model));
      expect(found.filter((name) => name === ops[kind])).toHaveLength(2);
      expect(found).not.toContain("Sigmoid");
      expect(withoutKernels(() => opsOf(() => lossOf(model)))).toContain("Sigmoid");
    },
  );

  it("keeps its own ops where an estimator does more than clip, and where a range moves", async () => {
    const learned = await quantized("lstm", { estimator: "lsq" });
    expect(opsOf(() => lossOf(learned))).toContain("Sigmoid");
    const moving = await quantized("gru", { movingAverage: true });
    expect(opsOf(() => lossOf(moving))).toContain("Sigmoid");
    expect(opsOf(() => lossOf(moving, false))).not.toContain("Sigmoid");
    const watched = await quantized("lstm");
    for (const quantizer of q.qat.quantizers(watched)) quantizer.spy = () => undefined;
    expect(opsOf(() => lossOf(watched))).toContain("Sigmoid");
  });

  it.each(["lstm", "gru"] as const)(
    "has the losses of its own ops in 10 steps: %s",
    async (kind) => {
      const losses = (model: q.tf.LayersModel) => {
        const optimizer = tf.train.adam(0.01);
        const step = compile(() => optimizer.minimize(() => lossOf(model), true)!);
        const found = Array.from({ length: 10 }, () => step().dataSync()[0]!);
        step.dispose();
        return found;
      };
      const [first, second] = [await quantized(kind), await quantized(kind)];
      const [own, twin] = [losses(first), withoutKernels(() => losses(second))];
      expect(own.at(-1)).toBeLessThan(own[0]!);
      // A code may change where a last bit does.
      own.forEach((loss, i) => {
        expect(Math.abs(loss - twin[i]!), `step ${i}`).toBeLessThan(i < 3 ? 1e-5 : 1e-2);
      });
    },
  );
});
