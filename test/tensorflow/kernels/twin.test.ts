import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { compile } from "../../../src/tensorflow/compile/compile.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { cnn, digits } from "../../fixtures/index.js";
import { addon } from "./values.js";

const { tf } = q;
let train: q.Dataset;

beforeAll(async () => {
  ({ train } = await digits());
});

/** The losses of 20 compiled steps on one batch. */
async function losses(estimator: "lsq" | "clippedSte", optimizer: q.tf.Optimizer, own: boolean) {
  const weights = q.int(3, { per: "channel" });
  const scheme = q.scheme({ weights, activations: q.uint(3) });
  const model = await q.prepare(cnn(), scheme, { calibration: train.take(64), estimator });
  const batch = train.take(64);
  const [xs, ys] = [batch.xs, tf.oneHot(tf.tensor1d(batch.ys.dataSync(), "int32"), 10)];
  const loss = () =>
    tf.losses
      .softmaxCrossEntropy(ys, model.apply(xs, { training: true }) as q.tf.Tensor)
      .asScalar();
  const step = compile(() => optimizer.minimize(loss, true)!);
  const run = () => Array.from({ length: 20 }, () => step().dataSync()[0]!);
  const found = own ? run() : withoutKernels(run);
  step.dispose();
  return found;
}

describe.runIf(addon)("a training with the library's own kernels", () => {
  it.each([
    ["lsq", () => tf.train.adam(0.003)],
    ["clippedSte", () => tf.train.momentum(0.01, 0.9)],
  ] as const)(
    "has the losses of one without, by %s",
    { tags: "slow" },
    async (estimator, optimizer) => {
      const own = await losses(estimator, optimizer(), true);
      const twin = await losses(estimator, optimizer(), false);
      expect(own.at(-1)).toBeLessThan(own[0]!);
      // A code may change where a last bit does.
      own.forEach((loss, i) => {
        expect(Math.abs(loss - twin[i]!), `step ${i}`).toBeLessThan(i < 5 ? 1e-5 : 1e-2);
      });
    },
  );
});
