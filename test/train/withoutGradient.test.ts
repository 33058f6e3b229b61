import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;

const xs = tf.randomNormal([48, 4], 0, 1, "float32", 1);
const ys = tf
  .oneHot(
    tf.tensor1d(
      Array.from({ length: 48 }, (_, i) => i % 3),
      "int32",
    ),
    3,
  )
  .toFloat();
const options = { epochs: 30, batchSize: 16, progress: false } as const;

const modelOf = (...others: InstanceType<typeof layers.Layer>[]) =>
  tf.sequential({
    layers: [
      layers.dense({ name: "first", units: 4, inputShape: [4] }),
      layers.batchNormalization({}),
      ...others,
      layers.dense({ name: "logits", units: 3 }),
    ],
  });

/** Trains, and expects an error that leaves all weights, statistics of batch normalization too, and no tensor. */
async function refusal(model: q.tf.LayersModel, fit: Partial<q.FitOptions>): Promise<string> {
  const values = () => model.getWeights().map((weight) => [...weight.dataSync()]);
  const [before, { numTensors }] = [values(), tf.memory()];
  const error = await q.fit(model, { xs, ys }, { ...options, ...fit }).catch((reason) => reason);
  expect(error).toBeInstanceOf(TypeError);
  expect(values()).toEqual(before);
  expect(tf.memory().numTensors).toBe(numTensors);
  return error.message;
}

describe.each([true, false])("a loss without a gradient (compiled: %s)", (compile) => {
  it.each([
    [
      "Round",
      function closeness(yTrue: q.tf.Tensor, yPred: q.tf.Tensor) {
        return yPred.round().sub(yTrue).square().mean();
      },
    ],
    [
      "ArgMax",
      function closeness(yTrue: q.tf.Tensor, yPred: q.tf.Tensor) {
        return yPred.argMax(-1).sub(yTrue.argMax(-1)).toFloat().square().mean();
      },
    ],
    [
      "Greater",
      function closeness(yTrue: q.tf.Tensor, yPred: q.tf.Tensor) {
        return yPred.greater(yTrue).toFloat().mean();
      },
    ],
  ])("is refused before anything is trained, with its name and %s", async (op, loss) => {
    expect(await refusal(modelOf(), { loss, compile })).toMatch(
      new RegExp(
        `^invalid loss: closeness computes ${op}, through which no gradient comes \\(expected`,
      ),
    );
    const named = { loss: { logits: loss }, compile };
    expect(await refusal(modelOf(), named)).toMatch(/^invalid loss: closeness computes /);
  });

  it("isn't one that rounds with a gradient of its own, or that is flat in places", {
    tags: "slow",
  }, async () => {
    const rounded = tf.customGrad((x) => ({
      value: (x as q.tf.Tensor).round(),
      gradFunc: (dy) => dy,
    }));
    const losses = [
      (yTrue: q.tf.Tensor, yPred: q.tf.Tensor) => rounded(yPred).sub(yTrue).square().mean(),
      (yTrue: q.tf.Tensor, yPred: q.tf.Tensor) => yPred.sub(yTrue).abs().sub(100).relu().mean(),
    ];
    for (const loss of losses) {
      const history = await q.fit(modelOf(), { xs, ys }, { ...options, epochs: 1, loss, compile });
      expect(history).toHaveLength(1);
    }
  });

  it("may be a metric", { tags: "slow" }, async () => {
    const correct = (yTrue: q.tf.Tensor, yPred: q.tf.Tensor) =>
      yPred.argMax(-1).equal(yTrue.argMax(-1)).toFloat();
    const loss = (yTrue: q.tf.Tensor, yPred: q.tf.Tensor) => yTrue.sub(yPred).square().mean();
    const history = await q.fit(
      modelOf(),
      { xs, ys },
      { ...options, loss, metrics: [correct], compile },
    );
    expect(history).toHaveLength(30);
  });
});

it("a layer without a rule that has no gradient is named with the op", async () => {
  class Choosing extends layers.Layer {
    static readonly className = "Choosing";
    override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
      return tf.tidy(() => [inputs].flat()[0]!.greater(0).toFloat());
    }
  }
  const model = modelOf(new Choosing({ name: "choosing" }));
  const fit = q.fit(model, { xs, ys }, { ...options, loss: "meanSquaredError" });
  await expect(fit).rejects.toThrow(
    /^cannot train model "\w+": "choosing" \(Choosing\) computes Greater, of which TensorFlow\.js has no gradient/,
  );
});
