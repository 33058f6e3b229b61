import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { data, denseNetwork, difference, digitsNetwork, randomize } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;

/** The largest absolute weight of each channel, along one axis of a kernel. */
function sizes(model: q.tf.LayersModel, name: string, axis: number): number[] {
  return tf.tidy(() => {
    const kernel = model.getLayer(name).getWeights()[0]!.abs();
    const others = kernel.shape.map((_, i) => i).filter((i) => i !== axis);
    return Array.from(kernel.max(others).dataSync());
  });
}

describe("equalize", () => {
  it("leaves the predictions of convolutions, depthwise and dense layers within 1e-5", {
    tags: "slow",
  }, () => {
    const { xs } = data([8, 8, 1]);
    for (let seed = 1; seed <= 5; seed++) {
      const model = digitsNetwork(seed);
      const equalized = q.ptq.equalize(model);
      expect(difference(model, equalized, xs)).toBeLessThan(1e-5);
      const names = equalized.layers.map((layer) => layer.getClassName());
      expect(names).not.toContain("BatchNormalization");
    }
  });

  it("makes each channel's weights equally large on both sides", () => {
    const equalized = q.ptq.equalize(digitsNetwork(3));
    // A depthwise kernel is [3, 3, channels, 1], a dense one after Flatten [places · channels, outputs].
    const conv = sizes(equalized, "conv", 3);
    const depthwise = sizes(equalized, "depthwise", 2);
    conv.forEach((size, i) => {
      expect(size / depthwise[i]!).toBeCloseTo(1, 3);
    });
    const pointwise = sizes(equalized, "pointwise", 3);
    const logits = tf.tidy(() => {
      const kernel = equalized.getLayer("logits").getWeights()[0]!;
      return Array.from(kernel.abs().reshape([-1, 16, 10]).max([0, 2]).dataSync());
    });
    pointwise.forEach((size, i) => {
      expect(size / logits[i]!).toBeCloseTo(1, 3);
    });
  });

  it("is the paper's equation on two dense layers", () => {
    const model = denseNetwork([layers.reLU()]);
    const equalized = q.ptq.equalize(model);
    const [r1, r2] = [sizes(model, "first", 1), sizes(model, "second", 0)];
    const [kernel, bias] = model.getLayer("first").getWeights();
    const [after, biasAfter] = equalized.getLayer("first").getWeights();
    r1.forEach((first, i) => {
      const s = Math.sqrt(first * r2[i]!) / r2[i]!;
      expect(after!.dataSync()[i]! * s).toBeCloseTo(kernel!.dataSync()[i]!, 5);
      expect(biasAfter!.dataSync()[i]! * s).toBeCloseTo(bias!.dataSync()[i]!, 5);
    });
  });

  it("keeps branches equal: a channel that two layers read is scaled for both", () => {
    const input = tf.input({ shape: [6] });
    const shared = layers.dense({ units: 4, name: "shared", activation: "relu" }).apply(input);
    const left = layers.dense({ units: 3, name: "left" }).apply(shared);
    const right = layers.dense({ units: 3, name: "right" }).apply(shared);
    const sum = layers.add().apply([left, right] as q.tf.SymbolicTensor[]) as q.tf.SymbolicTensor;
    const model = randomize(tf.model({ inputs: input, outputs: sum }), 4);
    const equalized = q.ptq.equalize(model);
    expect(difference(model, equalized, data([6]).xs)).toBeLessThan(1e-5);
    const largest = sizes(equalized, "left", 0).map((size, i) =>
      Math.max(size, sizes(equalized, "right", 0)[i]!),
    );
    sizes(equalized, "shared", 1).forEach((size, i) => {
      expect(size / largest[i]!).toBeCloseTo(1, 3);
    });
  });

  it("leaves a dead channel alone", () => {
    const model = denseNetwork([layers.reLU()]);
    tf.tidy(() => {
      const [kernel, bias] = model.getLayer("first").getWeights();
      const alive = tf.tensor1d([1, 1, 0, 1, 1, 1]);
      model.getLayer("first").setWeights([kernel!.mul(alive), bias!]);
    });
    const equalized = q.ptq.equalize(model);
    expect(difference(model, equalized, data([8]).xs)).toBeLessThan(1e-5);
  });

  it("names layers that a factor doesn't pass, and replaces ReLU6 when asked to", () => {
    const model = denseNetwork([layers.reLU({ maxValue: 6, name: "six" })]);
    expect(() => q.ptq.equalize(model)).toThrow(
      'cannot equalize: a factor doesn\'t pass "six" (ReLU, maximum 6)',
    );
    const replaced = q.ptq.equalize(model, { relu6: "replace" });
    // None of the values exceeds 6.
    expect(difference(model, replaced, data([8]).xs)).toBeLessThan(1e-5);
    expect(replaced.getLayer("six").getConfig().maxValue ?? null).toBeNull();
    const bent = denseNetwork([layers.activation({ activation: "tanh", name: "bend" })]);
    expect(() => q.ptq.equalize(bent)).toThrow('"bend" (Activation, tanh)');
  });

  it("absorbs biases that keep a channel above 0 without a change of the predictions", () => {
    // Normal(10, 1) is never below 7, so 7 can go into the next bias exactly.
    const model = denseNetwork([layers.batchNormalization({ name: "norm" }), layers.reLU()]);
    tf.tidy(() => {
      const [ones, tens] = [tf.ones([6]), tf.fill([6], 10)];
      const first = model.getLayer("first");
      const [kernel] = first.getWeights();
      first.setWeights([kernel!, tf.zeros([6])]);
      const variance = tf.ones([6]);
      model.getLayer("norm").setWeights([ones, tens, tf.zeros([6]), variance]);
    });
    const { xs } = data([8]);
    const plain = q.ptq.equalize(model);
    const absorbed = q.ptq.equalize(model, { absorbBias: true });
    expect(difference(model, absorbed, xs)).toBeLessThan(1e-5);
    const range = (of: q.tf.LayersModel) =>
      tf.tidy(() => {
        const relu = of.layers.find((layer) => layer.getClassName() === "ReLU")!;
        const probe = tf.model({ inputs: of.inputs, outputs: relu.output as q.tf.SymbolicTensor });
        return (probe.predict(xs) as q.tf.Tensor).max().dataSync()[0]!;
      });
    expect(range(absorbed)).toBeLessThan(0.7 * range(plain));
    expect(() => q.ptq.equalize(denseNetwork([]), { absorbBias: true })).toThrow(
      "cannot absorb biases: no layer with batch normalization",
    );
  });

  it("leaves the given model and no tensor behind", () => {
    const model = digitsNetwork(2);
    const before = model.getWeights().map((weight) => [...weight.dataSync()]);
    const held = tf.memory().numTensors;
    q.ptq.equalize(model).dispose();
    q.ptq.equalize(model, { relu6: "replace", absorbBias: true }).dispose();
    expect(tf.memory().numTensors).toBe(held);
    expect(model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
  });

  it.each([1e-4, 1e-6, 1e-8, 0])(
    "leaves a nearly dead channel as it is: γ = %s doesn't blow its bias up",
    (gamma) => {
      const model = digitsNetwork(1);
      const norm = model.getLayer("conv_bn");
      const [scale, shift, ...statistics] = norm.getWeights();
      const values = (tensor: q.tf.Tensor, first: number) =>
        tf.tensor1d([first, ...tensor.dataSync().slice(1)]);
      norm.setWeights([values(scale!, gamma), values(shift!, 0.2), ...statistics]);
      const folded = q.foldBatchNorm(model);
      const equalized = q.ptq.equalize(model);
      const [before, after] = [folded, equalized].map(
        (model) => model.getLayer("conv").getWeights()[1]!.dataSync()[0]!,
      );
      expect(after).toBeCloseTo(before!, 6);
    },
  );
});

it("equalize absorbs the same bias where single weights of the normalization are frozen", () => {
  const make = (frozen: boolean) => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ name: "first", units: 4, inputShape: [3] }),
        tf.layers.batchNormalization({ name: "norm" }),
        tf.layers.reLU(),
        tf.layers.dense({ name: "second", units: 2 }),
      ],
    });
    tf.tidy(() =>
      model.setWeights(
        model.weights.map(({ shape, name }, i) => {
          const values = tf.randomUniform(shape as number[], 0.1, 1, "float32", i);
          return name.includes("beta") ? values.add(5) : values;
        }),
      ),
    );
    const [gamma] = model.getLayer("norm").weights;
    gamma!.trainable = !frozen;
    return q.ptq.equalize(model, { absorbBias: true });
  };
  const [plain, frozen] = [false, true].map((is) =>
    make(is)
      .getLayer("second")
      .weights.map((weight) => [...weight.read().dataSync()]),
  );
  expect(frozen).toEqual(plain);
});
