import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
const gap = (a: unknown, b: unknown) =>
  (a as q.tf.Tensor)
    .sub(b as q.tf.Tensor)
    .abs()
    .max()
    .dataSync()[0]!;

/** A recurrent layer that starts from states which are inputs of the model. */
function decoder(kind: "lstm" | "gru" | "simpleRNN" | "bidirectional"): {
  model: q.tf.LayersModel;
  xs: q.tf.Tensor[];
} {
  const states = kind === "lstm" ? 2 : kind === "bidirectional" ? 4 : 1;
  const x = tf.input({ shape: [6, 3] });
  const initialState = Array.from({ length: states }, () => tf.input({ shape: [4] }));
  const name = "decoder";
  const layer =
    kind === "bidirectional"
      ? layers.bidirectional({
          name,
          layer: layers.lstm({ units: 4 }) as never,
          mergeMode: "concat",
        })
      : layers[kind]({ name, units: 4 });
  const hidden = layer.apply(x, { initialState }) as q.tf.SymbolicTensor;
  const outputs = layers.dense({ name: "head", units: 2 }).apply(hidden) as q.tf.SymbolicTensor;
  const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);
  return {
    model: tf.model({ inputs: [x, ...initialState], outputs }),
    xs: [random([32, 6, 3], 1), ...initialState.map((_, i) => random([32, 4], 2 + i))],
  };
}

describe.each(["lstm", "gru", "simpleRNN", "bidirectional"] as const)(
  "initial states of %s",
  (kind) => {
    it.each([
      ["weights and activations", q.scheme({ weights: q.int(8), activations: q.uint(8) }), 0.1],
      ["weights", q.scheme({ weights: q.int(8) }), 0.1],
      [
        "nothing of it",
        q.scheme({ weights: q.int(8), exclude: ["decoder", "head"], activations: q.uint(8) }),
        0.1,
      ],
    ])("are read where %s are quantized", { tags: "slow" }, async (_, scheme, tolerance) => {
      const { model, xs } = decoder(kind);
      const qat = await q.prepare(model, scheme, { calibration: { xs } });
      expect(gap(qat.predict(xs), model.predict(xs))).toBeLessThan(tolerance);
      // The states are read at all.
      const others = [xs[0]!, ...xs.slice(1).map((state) => state.mul(-5))];
      expect(gap(qat.predict(xs), qat.predict(others))).toBeGreaterThan(0.01);
    });

    it("come through folding, pruning and clustering", { tags: "slow" }, () => {
      const { model, xs } = decoder(kind);
      expect(gap(q.foldBatchNorm(model).predict(xs), model.predict(xs))).toBe(0);
      const pruned = q.compression.prune(model, { sparsity: 0 });
      expect(gap(pruned.predict(xs), model.predict(xs))).toBe(0);
    });

    it("are trained with", { tags: "slow" }, async () => {
      const { model, xs } = decoder(kind);
      const qat = await q.prepare(model, q.scheme({ weights: q.int(8), activations: q.uint(8) }), {
        calibration: { xs },
      });
      const ys = tf.randomNormal([32, 2], 0, 1, "float32", 9);
      const history = await q.fit(
        qat,
        { xs, ys },
        { epochs: 3, loss: "meanSquaredError", progress: false },
      );
      expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
    });
  },
);

it.each([
  ["stateful", { stateful: true }, /"keeps" \(LSTM\): it keeps its state/],
  ["several outputs", { returnState: true }, /"keeps" \(LSTM\): it has several outputs/],
])(
  "a layer that has %s is refused by name, in every scheme, and can be left in float",
  async (_, option, message) => {
    const x = tf.input({ batchShape: [8, 6, 3] });
    const lstm = layers.lstm({ name: "keeps", units: 4, ...option });
    const [hidden] = [lstm.apply(x)].flat() as q.tf.SymbolicTensor[];
    const outputs = layers.dense({ units: 2 }).apply(hidden!) as q.tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs });
    const xs = tf.randomNormal([8, 6, 3], 0, 1, "float32", 1);
    for (const formats of [{ weights: q.int(8) }, { activations: q.uint(8) }]) {
      await expect(q.prepare(model, q.scheme(formats), { calibration: { xs } })).rejects.toThrow(
        message,
      );
      const scheme = q.scheme({ ...formats, exclude: ["keeps"] });
      const qat = await q.prepare(model, scheme, { calibration: { xs } });
      const options = { batchSize: 8 };
      expect(qat.predict(xs, options)).toMatchObject({ shape: [8, 2] });
    }
  },
);
