import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { any, data, denseNetwork, difference, digitsNetwork } from "../fixtures/index.js";

const { tf } = q;
const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) });

describe("q.quantize with techniques", () => {
  it("does what the techniques do one after the other", { tags: "slow" }, async () => {
    const model = digitsNetwork(1);
    const calibration = data([8, 8, 1]);
    const held = tf.memory().numTensors;
    const techniques: q.Technique[] = [
      "equalize",
      { name: "gptq", damping: 0.1 },
      "biasCorrection",
    ];
    const chained = await q.quantize(model, scheme, { calibration, techniques });

    const equalized = q.ptq.equalize(model);
    const nearest = await q.quantize(equalized, scheme, { calibration });
    const rounded = await q.ptq.gptq(equalized, nearest, { calibration, damping: 0.1 });
    const corrected = await q.ptq.biasCorrection(equalized, rounded, { calibration });
    expect(difference(chained, corrected, calibration.xs)).toBe(0);
    expect(difference(chained, nearest, calibration.xs)).toBeGreaterThan(0);
    for (const made of [equalized, nearest, rounded, corrected, chained]) made.dispose();
    expect(tf.memory().numTensors).toBe(held);
  });

  it("changes activations' ranges with smoothing and rotation", { tags: "slow" }, async () => {
    const model = digitsNetwork(1);
    const calibration = data([8, 8, 1]);
    const techniques: q.Technique[] = ["smoothQuant", { name: "rotate", online: true }];
    const chained = await q.quantize(model, scheme, { calibration, techniques });
    expect(chained.getLayer("logits_rotation")).toBeInstanceOf(q.QuantizedLayer);
  });

  const refused: [string, unknown, string][] = [
    ["a word for a list", "equalize", "invalid techniques: equalize (expected a list"],
    [
      "an unknown technique",
      ["equalise"],
      "invalid technique: equalise (expected equalize, smoothQuant",
    ],
    ["nothing for a technique", [undefined], "invalid technique: undefined"],
    ["a technique twice", ["gptq", "gptq"], 'invalid techniques: "gptq" is in the list twice'],
    ["two roundings", ["gptq", "adaround"], 'invalid techniques: "gptq" and "adaround"'],
    [
      "a change of the float model that comes too late",
      ["biasCorrection", "equalize"],
      'invalid techniques: "equalize" after "biasCorrection"',
    ],
  ];
  it.each(refused)("refuses %s before anything is made", async (_, techniques, message) => {
    const model = denseNetwork([tf.layers.reLU()]);
    const held = tf.memory().numTensors;
    await expect(
      q.quantize(model, scheme, { calibration: any(undefined), techniques: any(techniques) }),
    ).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(held);
  });
});

describe("q.ptq.best", () => {
  it("finds the widest kernels that a budget holds", { tags: "slow" }, async () => {
    const model = denseNetwork([tf.layers.reLU()]);
    const calibration = data([8]);
    const best = (bytes: number) => q.ptq.best(model, { bytes }, calibration, { calibration });
    // 66 weights of 5 bits, and 9 biases of 4 bytes.
    const bytes = Math.ceil((66 * 5) / 8) + 36;
    expect(String((await best(bytes)).scheme)).toBe("W5A8");
    await expect(best(50)).rejects.toThrow("invalid scheme: 50 bytes (expected at least 53");
  });

  it("holds a budget whatever kernels there are, as cost counts them", {
    tags: "slow",
  }, async () => {
    const { layers } = tf;
    const model = tf.sequential({
      layers: [layers.lstm({ units: 6, inputShape: [5, 3] }), layers.dense({ units: 3 })],
    });
    const calibration = data([5, 3]);
    // Kernels of 72, 144 and 18 numbers at 5 bits, 45 + 90 + 12 bytes; 27 biases in float32.
    const bytes = 45 + 90 + 12 + 108;
    const found = await q.ptq.best(model, { bytes }, calibration, { calibration });
    expect(String(found.scheme)).toBe("W5A8");
    expect(q.analysis.cost(found.model).total.bytes).toBe(bytes);
  });

  it("keeps no model whose added biases go over the budget", { tags: "slow" }, async () => {
    const { layers } = tf;
    const build = (seed: number) => {
      const kernelInitializer = tf.initializers.glorotNormal({ seed });
      const dense = layers.dense({ units: 3, useBias: false, kernelInitializer, inputShape: [7] });
      return tf.sequential({ layers: [dense] });
    };
    // 21 codes of 2 bits; a bias for each of the 3 outputs would take 12 bytes more.
    const bytes = 6;
    const gains: number[] = [];
    // tfjs takes the seed 0 for none.
    for (const seed of [7, 10, 12]) {
      const model = build(seed);
      const x = tf.randomNormal([40, 7], 0.5, 1, "float32", seed);
      const labels = (model.predict(x) as q.tf.Tensor).argMax(-1);
      const examples = { xs: x, ys: labels };
      const { trials, model: found } = await q.ptq.best(model, { bytes }, examples, {
        calibration: { xs: x },
      });
      expect(q.analysis.cost(found).total.bytes).toBe(bytes);
      const corrected = trials.find(({ stage }) => stage === "+ biasCorrection")!;
      expect(corrected).toMatchObject({ bytes: bytes + 12, kept: false });
      gains.push(corrected.gain);
    }
    // The test would hold nothing if the biases gained nowhere.
    expect(Math.max(...gains)).toBeGreaterThan(0);
  });
});

it.each(["gptq", "adaround"] as const)(
  "%s takes a layer that is used twice on the same values",
  { tags: "slow" },
  async (name) => {
    const { layers } = q.tf;
    const input = q.tf.input({ shape: [4] });
    const tied = layers.dense({ name: "tied", units: 4, activation: "relu" });
    const sides = [tied.apply(input), tied.apply(input)].map(
      (x, i) => layers.dense({ name: `side${i}`, units: 4 }).apply(x as never) as never,
    );
    const sum = layers.add({ name: "sum" }).apply(sides) as never;
    const model = q.tf.model({ inputs: input, outputs: sum });
    const xs = q.tf.randomNormal([16, 4], 0, 1, "float32", 1);
    const technique = name === "adaround" ? { name, iterations: 5 } : { name };
    const quantized = await q.quantize(model, q.scheme({ weights: q.int(8) }), {
      calibration: { xs },
      techniques: [technique],
    });
    const [a, b] = [model, quantized].map((one) => one.predict(xs) as q.tf.Tensor);
    expect(a!.sub(b!).abs().max().dataSync()[0]).toBeLessThan(0.1);
  },
);
