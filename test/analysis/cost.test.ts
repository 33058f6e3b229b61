import { describe, expect, it } from "vitest";
import { macEnergy } from "../../src/analysis/cost/energy.js";
import * as q from "../../src/index.js";
import { cnn, digits } from "../fixtures/index.js";

const { tf } = q;
const w3a3 = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });

describe("q.analysis.cost", () => {
  it("counts MobileNet's layers as its paper does", () => {
    // Howard et al. 2017, arXiv:1704.04861, section 3.1: a standard convolution costs
    // D_K² · M · N · D_F², a depthwise separable one D_K² · M · D_F² + M · N · D_F².
    const [kernel, inputs, outputs, map] = [3, 512, 512, 14];
    const { layers } = tf;
    const separable = tf.sequential({
      layers: [
        layers.depthwiseConv2d({
          kernelSize: kernel,
          padding: "same",
          useBias: false,
          inputShape: [map, map, inputs],
        }),
        layers.conv2d({ filters: outputs, kernelSize: 1, useBias: false }),
      ],
    });
    const { rows, total } = q.analysis.cost(separable);
    expect(rows[0]!.MACs).toBe(kernel ** 2 * inputs * map ** 2);
    expect(rows[1]!.MACs).toBe(inputs * outputs * map ** 2);
    // Table 4 of the paper gives this layer alone in millions: 52.3 mult-adds, 0.27 parameters.
    expect(total.MACs / 1e6).toBeCloseTo(52.3, 1);
    expect(total.parameters / 1e6).toBeCloseTo(0.27, 2);
    separable.dispose();
  });

  it("counts strides, transposed convolutions and sequences", () => {
    const { layers } = tf;
    const strided = tf.sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, inputShape: [9, 9, 2] }), // 4 × 4
        layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 }), // from 4 × 4
      ],
    });
    expect(q.analysis.cost(strided).rows.map(({ MACs }) => MACs)).toEqual([
      4 * 4 * (3 * 3 * 2 * 4),
      4 * 4 * (2 * 2 * 4 * 3),
    ]);
    const sequence = tf.sequential({
      layers: [
        layers.embedding({ inputDim: 100, outputDim: 8, inputLength: 5 }),
        layers.lstm({ units: 6 }),
        layers.dense({ units: 2 }),
      ],
    });
    expect(q.analysis.cost(sequence).rows.map(({ MACs }) => MACs)).toEqual([
      0,
      5 * (8 * 24 + 6 * 24),
      12,
    ]);
    const open = tf.sequential({
      layers: [layers.conv2d({ name: "c", filters: 1, kernelSize: 1, inputShape: [null, 4, 1] })],
    });
    expect(() => q.analysis.cost(open)).toThrow('cannot count layer "c": its shape [?,4]');
  });

  it("counts both directions of a recurrent layer in each step, and the layers inside wrappers", {
    tags: "slow",
  }, () => {
    const { layers } = tf;
    const macs = (shape: number[], ...list: unknown[]) => {
      const input = layers.inputLayer({ inputShape: shape });
      const model = tf.sequential({ layers: [input, ...list] as never[] });
      return q.analysis.cost(model).rows.map(({ MACs }) => MACs);
    };
    // 7 steps of two LSTMs: 3 inputs and 5 states to 4 gates of 5.
    const both = () =>
      layers.bidirectional({ layer: layers.lstm({ units: 5 }) as never, mergeMode: "concat" });
    expect(macs([7, 3], both())).toEqual([7 * 2 * (3 * 20 + 5 * 20)]);
    expect(macs([7, 3], layers.simpleRNN({ units: 5, returnSequences: true }))).toEqual([7 * 40]);
    const cells = [layers.gruCell({ units: 2 }), layers.gruCell({ units: 3 })];
    expect(macs([7, 3], layers.rnn({ cell: layers.stackedRNNCells({ cells }) }))).toEqual([
      7 * (3 * 6 + 2 * 6 + 2 * 9 + 3 * 9),
    ]);
    // Each step's image of 4 × 4: 2 channels and 3 states to 4 gates of 3, 3 × 3 neighbours.
    const options = { filters: 3, kernelSize: 3, padding: "same" } as const;
    expect(macs([5, 4, 4, 2], layers.convLstm2d(options))).toEqual([
      5 * 16 * 9 * (2 * 12 + 3 * 12),
    ]);
    const step = layers.conv1d({ filters: 4, kernelSize: 2 });
    expect(macs([5, 6, 3], layers.timeDistributed({ layer: step }))).toEqual([5 * 5 * (2 * 3 * 4)]);
    expect(macs([4, 4, 4, 2], layers.conv3d({ filters: 3, kernelSize: 2 }))).toEqual([
      27 * (8 * 2 * 3),
    ]);
    // 3 × 3 positions of 2 channels to 4, then of these to 5.
    const separable = { filters: 5, kernelSize: 2 };
    expect(macs([4, 4, 2], layers.separableConv2d(separable))).toEqual([9 * (4 * 2 + 2 * 5)]);
    const first = { filters: 3, kernelSize: 2, dataFormat: "channelsFirst" } as const;
    expect(macs([2, 5, 4], layers.conv2d(first))).toEqual([4 * 3 * (4 * 2 * 3)]);
  });

  it("counts attention's products of two inputs, and nothing for adding positions", () => {
    const model = q.models.transformerEncoder({ inputShape: [16, 8], classes: 10 });
    const { rows, total } = q.analysis.cost(model);
    const of = (type: string) => rows.filter((row) => row.type === type).map(({ MACs }) => MACs);
    expect(of("PositionEmbedding")).toEqual([0]);
    // 16 × 16 pairs of steps, 32 features: queries with keys, and attention with values, in two blocks.
    expect(of("AttentionScores")).toEqual([16 * 16 * 32, 16 * 16 * 32]);
    expect(of("AttentionOutput")).toEqual([16 * 16 * 32, 16 * 16 * 32]);
    expect(total.MACs).toBe(299_328);
    const w8a4 = q.scheme({ weights: q.int(8), activations: q.uint(4) });
    const scores = q.analysis.cost(model, w8a4).rows.find((row) => row.type === "AttentionScores")!;
    expect(scores["bit-operations"]).toBe(16 * 16 * 32 * 4 * 4);
    const dots = [tf.input({ shape: [3, 8] }), tf.input({ shape: [5, 8] })];
    const dot = tf.layers.dot({ name: "dot", axes: 2 }).apply(dots) as q.tf.SymbolicTensor;
    const product = tf.model({ inputs: dots, outputs: dot });
    expect(q.analysis.cost(product).total.MACs).toBe(3 * 5 * 8);
  });

  it("counts a layer that is used twice once in bytes and twice in operations", () => {
    const input = tf.input({ shape: [4] });
    const tied = tf.layers.dense({ name: "tied", units: 4, activation: "relu" });
    const twice = tied.apply(tied.apply(input)) as q.tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: twice });
    const { rows } = q.analysis.cost(
      model,
      q.scheme({ weights: q.int(8), activations: q.uint(4) }),
    );
    expect(rows).toMatchObject([
      { layer: "tied", parameters: 20, bytes: 16 + 16, MACs: 32, "bit-operations": 32 * 8 * 4 },
    ]);
  });

  it("names a layer with a kernel for which there is no rule", () => {
    class Unknown extends tf.layers.Layer {
      static className = "UncountedLayer";
      override build(shape: q.tf.Shape | q.tf.Shape[]) {
        this.addWeight("w", [2, 2], "float32", tf.initializers.ones());
        super.build(shape);
      }
    }
    const input = tf.layers.inputLayer({ inputShape: [2] });
    const model = tf.sequential({ layers: [input, new Unknown({ name: "mystery" })] as never[] });
    expect(() => q.analysis.cost(model)).toThrow(
      'cannot count layer "mystery" (UncountedLayer): there is no rule for UncountedLayer',
    );
  });

  it("counts a model with batch normalization as it is deployed: folded", () => {
    const { total, rows, peak } = q.analysis.cost(cnn());
    expect(rows.map(({ layer }) => layer)).toEqual(["conv", "depthwise", "pointwise", "logits"]);
    expect(total).toMatchObject({ parameters: 954, bytes: 4 * 954, MACs: 8448 });
    expect(total["bit-operations"]).toBe(8448 * 32 * 32);
    // Eight maps of 8 × 8 floats, and the pooled ones of 4 × 4.
    expect(peak).toEqual({ bytes: 4 * 512 + 4 * 128, layer: "pool" });
  });

  it("counts a scheme's formats, single layers' too, and those of the model that has them", async () => {
    const model = cnn();
    const { total, peak, rows } = q.analysis.cost(model, w3a3);
    const stored = [72, 72, 128, 640].map((size) => (size * 3) / 8);
    expect(total.bytes).toBe(stored.reduce((a, b) => a + b) + 4 * (8 + 8 + 16 + 10));
    expect(total["bit-operations"]).toBe(8448 * 9);
    expect(peak.bytes).toBe((512 * 3 + 128 * 3) / 8);
    const layers = { conv: { weights: q.int(8) }, conv_relu: { activations: q.uint(4) } };
    const mixed = q.scheme({ weights: q.int(3), activations: q.uint(3), layers });
    const bits = q.analysis.cost(model, mixed).rows;
    expect(bits.map((row) => [row["weight bits"], row["input bits"]])).toEqual([
      [8, 3],
      [3, 4], // a pooling lies between
      [3, 3],
      [3, 3],
    ]);
    const { train } = await digits();
    const qat = await q.prepare(model, w3a3, { calibration: train.take(16) });
    const prepared = q.analysis.cost(qat);
    expect(prepared.rows).toEqual(rows);
    expect(prepared.peak.bytes).toEqual(peak.bytes);
    expect(() => q.analysis.cost(qat, w3a3)).toThrow("quantized already");
  });

  it("keeps a tensor until its last reader: a branch costs memory", () => {
    const input = tf.input({ shape: [10, 10, 1], name: "in" });
    const conv = (filters: number, name: string) =>
      tf.layers.conv2d({ filters, kernelSize: 1, name });
    const wide = conv(8, "wide").apply(input);
    const narrow = conv(1, "narrow").apply(wide);
    const back = conv(8, "back").apply(narrow);
    const relu = tf.layers.reLU({ name: "relu" } as never).apply(back);
    const sum = tf.layers.add({ name: "sum" }).apply([wide, relu] as q.tf.SymbolicTensor[]);
    const model = tf.model({ inputs: input, outputs: sum as q.tf.SymbolicTensor });
    // While adding: wide, back (in which relu writes) and the sum.
    expect(q.analysis.cost(model).peak).toEqual({ bytes: 3 * 800 * 4, layer: "sum" });
  });

  it("takes Horowitz's energies: 4.6 pJ in float32, 0.3 for 8-bit integers with a 32-bit sum", () => {
    expect(macEnergy(32, 32)).toBeCloseTo(4.6, 10);
    expect(macEnergy(3, 32)).toBeCloseTo(4.6, 10);
    expect(macEnergy(8, 8)).toBeCloseTo(0.3, 10);
    const { total } = q.analysis.cost(cnn());
    expect(total["arithmetic (nJ)"]).toBeCloseTo((8448 * 4.6) / 1000, 8);
    expect(total["reading (nJ)"]).toBeCloseTo((954 * 0.5 * 1300) / 1000, 8);
  });

  it("shows itself as shares in a figure, a table, and a sentence", () => {
    const cost = q.analysis.cost(cnn(), w3a3);
    expect(cost.table.shape).toEqual([4, 10]);
    expect(cost.figure.spec.data.map(({ name }) => name)).toEqual(["bytes", "bit-operations"]);
    expect(String(cost)).toBe(
      "954 parameters in 510 B; 8,448 MACs, 76,032 bit-operations, 1.082 nJ of arithmetic for an example; at most 240 B of activations at once (pool)",
    );
  });

  it("says what isn't a model or a scheme", () => {
    expect(() => q.analysis.cost({} as never)).toThrow("invalid model: Object");
    expect(() => q.analysis.cost(cnn(), q.int(8) as never)).toThrow("invalid scheme: int8");
  });
});
