import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
type Config = ReturnType<InstanceType<typeof layers.Layer>["getConfig"]>;

class Factor extends layers.Layer {
  static readonly className: string = "Factor";
  readonly factor: number;
  constructor({ factor, ...config }: { factor: number; name?: string }) {
    super(config);
    this.factor = factor;
  }
  override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
    return [inputs].flat()[0]!.mul(this.factor);
  }
  override computeOutputShape(shape: q.tf.Shape): q.tf.Shape {
    return shape;
  }
}

class WholeFactor extends Factor {
  static override readonly className = "WholeFactor";
  override getConfig(): Config {
    return { ...super.getConfig(), factor: this.factor };
  }
}

class FactorThatAsks extends Factor {
  static override readonly className = "FactorThatAsks";
  constructor(config: { factor: number; name?: string }) {
    if (config.factor === undefined) throw new Error("no factor");
    super(config);
  }
}

class Apply extends layers.Layer {
  static readonly className = "Apply";
  readonly change: ((x: q.tf.Tensor) => q.tf.Tensor) | undefined;
  constructor({ change, ...config }: { change: (x: q.tf.Tensor) => q.tf.Tensor; name?: string }) {
    super(config);
    this.change = change;
  }
  override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
    const [x] = [inputs].flat();
    return this.change ? this.change(x!) : x!;
  }
}

const around = (...middle: InstanceType<typeof layers.Layer>[]) =>
  tf.sequential({ layers: [layers.dense({ units: 3, inputShape: [4] }), ...middle] });

const rebuilds: [string, (model: q.tf.LayersModel) => unknown][] = [
  ["foldBatchNorm", q.foldBatchNorm],
  ["prune", (model) => q.compression.prune(model, { sparsity: 0.5 })],
  ["cluster", (model) => q.compression.cluster(model, { bits: 3 })],
];

describe.each(rebuilds)("%s", (_, rebuild) => {
  it.each([
    [new Factor({ name: "f", factor: 3 }), /"f" \(Factor\): its factor is 3, and .* undefined/],
    [new FactorThatAsks({ name: "f", factor: 3 }), /"f" \(FactorThatAsks\): no factor/],
    [
      new Apply({ name: "f", change: (x) => x.square() }),
      /"f" \(Apply\): its change is a function/,
    ],
  ])(
    "names a layer whose configuration forgets an option, and frees what it made (%#)",
    async (layer, message) => {
      const model = around(layer);
      const held = tf.memory().numTensors;
      expect(() => rebuild(model)).toThrow(message);
      // Constraints free what they gave tfjs after the call.
      await Promise.resolve();
      expect(tf.memory().numTensors).toBe(held);
    },
  );

  it("takes a layer whose configuration has all options", () => {
    const rebuilt = rebuild(around(new WholeFactor({ name: "f", factor: 3 })));
    const layer = (rebuilt as q.tf.LayersModel).getLayer("f") as WholeFactor;
    expect(layer.factor).toBe(3);
  });
});

it("options that tfjs's configurations forget are kept, in copies and in saved models", {
  tags: "slow",
}, async () => {
  const separable = layers.separableConv2d({
    filters: 5,
    kernelSize: 3,
    depthMultiplier: 2,
    inputShape: [8, 8, 3],
    depthwiseConstraint: tf.constraints.maxNorm({ maxValue: 1 }),
  });
  const depthwise = layers.depthwiseConv2d({
    kernelSize: 3,
    depthwiseConstraint: tf.constraints.maxNorm({ maxValue: 1 }),
  });
  const dropout = layers.alphaDropout({ rate: 0.2, noiseShape: [1, 4, 4, 5] });
  const model = tf.sequential({ layers: [separable, depthwise, dropout] });
  const images = tf.randomNormal([4, 8, 8, 3], 0, 1, "float32", 1);
  const scheme = q.scheme({ weights: q.int(8) });
  const excluded = q.scheme({ weights: q.int(8), exclude: [separable.name] });
  const copies = [
    q.foldBatchNorm(model),
    await q.prepare(model, scheme, { calibration: { xs: images } }),
    await q.prepare(model, excluded, { calibration: { xs: images } }),
  ];
  for (const one of copies) {
    const gap = (one.predict(images) as q.tf.Tensor).sub(model.predict(images) as q.tf.Tensor);
    expect(gap.abs().max().dataSync()[0]).toBeLessThan(0.1);
  }
  expect(separable.getConfig().depthMultiplier).toBe(2);
  expect(depthwise.getConfig().depthwiseConstraint).toMatchObject({ className: "MaxNorm" });
  expect(dropout.getConfig()).toMatchObject({ noiseShape: [1, 4, 4, 5] });
});

class Scaled extends layers.Layer {
  static readonly className = "Scaled";
  readonly useBias: boolean;
  readonly doubled: boolean;
  kernel!: q.tf.LayerVariable;
  bias: q.tf.LayerVariable | undefined;
  constructor({ useBias = false, doubled = false, ...config }: Record<string, unknown> = {}) {
    super(config);
    this.useBias = useBias as boolean;
    this.doubled = doubled as boolean;
  }
  override build(shape: q.tf.Shape): void {
    const ones = tf.initializers.ones();
    this.kernel = this.addWeight("kernel", [shape.at(-1)!], "float32", ones);
    if (this.useBias) this.bias = this.addWeight("bias", [shape.at(-1)!], "float32", ones);
    super.build(shape);
  }
  override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
    return [inputs].flat()[0]!.mul(this.kernel.read());
  }
  override getConfig(): Config {
    return { ...super.getConfig(), useBias: this.useBias };
  }
}
tf.serialization.registerClass(Scaled);

it("an option that is true or false is compared where another option changes, too", () => {
  q.registerLayer("Scaled", {
    role: "computes",
    weights: { kernel: { outputs: -1 } },
    bias: "bias",
    withBias: () => ({ useBias: true }),
  });
  const model = (doubled: boolean) =>
    around(new Scaled({ name: "scaled", doubled }), layers.batchNormalization({}), layers.reLU());
  expect(() => q.foldBatchNorm(model(true))).toThrow(
    /"scaled" \(Scaled\): its doubled is true, and that of its copy false/,
  );
  const folded = q.foldBatchNorm(model(false));
  expect(folded.layers.map((layer) => layer.getClassName())).toEqual([
    "InputLayer",
    "Dense",
    "Scaled",
    "ReLU",
  ]);
});
