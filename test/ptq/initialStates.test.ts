import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
type Model = q.tf.LayersModel;
type Symbolic = q.tf.SymbolicTensor;

describe("initial states of recurrent layers", () => {
  const decoder = (kind: "lstm" | "gru" | "bidirectional") => {
    const x = tf.input({ shape: [5, 4] });
    const count = { lstm: 2, gru: 1, bidirectional: 4 }[kind];
    const initialState = Array.from({ length: count }, () => tf.input({ shape: [4] }));
    const lstm = layers.lstm({ units: 4 }) as never;
    const layer =
      kind === "bidirectional"
        ? layers.bidirectional({ name: "decoder", layer: lstm, mergeMode: "concat" })
        : layers[kind]({ name: "decoder", units: 4 });
    const logits = layers.dense({ name: "logits", units: 3 });
    const outputs = logits.apply(layer.apply(x, { initialState } as never) as Symbolic);
    const random = (size: number[], seed: number) => tf.randomNormal(size, 0, 1, "float32", seed);
    return {
      model: tf.model({ inputs: [x, ...initialState], outputs: outputs as Symbolic }),
      xs: [random([8, 5, 4], 1), ...initialState.map((_, i) => random([8, 4], 2 + i))],
    };
  };
  const gap = (a: Model, b: Model, xs: q.tf.Tensor[]) =>
    tf.tidy(() => {
      const [y, z] = [a, b].map((model) => model.predict(xs) as q.tf.Tensor);
      return y!.sub(z!).abs().max().dataSync()[0]!;
    });

  it.each(["lstm", "gru", "bidirectional"] as const)(
    "of %s are read where a rotation or a quantizer stands before the layer",
    { tags: "slow" },
    (kind) => {
      const { model, xs } = decoder(kind);
      const others = [xs[0]!, ...xs.slice(1).map((state) => state.mul(-3))];
      const rotated = q.ptq.rotate(model, { online: true });
      expect(rotated.getLayer("decoder_rotation")).toBeDefined();
      const dynamic = q.ptq.dynamic(
        model,
        q.scheme({ weights: q.int(14, { per: "channel" }), activations: q.int(14) }),
      );
      expect(dynamic.getLayer("decoder_quantizer")).toBeDefined();
      for (const [changed, most] of [
        [rotated, 1e-5],
        [dynamic, 1e-2],
      ] as const) {
        expect(gap(model, changed, xs)).toBeLessThan(most);
        expect(gap(model, changed, others)).toBeLessThan(most);
      }
      // The states are read at all.
      const [y, z] = [xs, others].map((inputs) => rotated.predict(inputs) as q.tf.Tensor);
      expect(y!.sub(z!).abs().max().dataSync()[0]).toBeGreaterThan(0.01);
    },
  );
});
