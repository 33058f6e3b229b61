import { describe, expect, it } from "vitest";
import { compile } from "../../../../src/tensorflow/compile/compile.js";
import { withNativeOps } from "../../../../src/tensorflow/compile/native/index.js";
import { withoutKernels } from "../../../../src/tensorflow/kernels/library.js";
import { isNative, tf } from "../../../../src/tensorflow/tf.js";
import { difference, opsOf } from "./trace.js";

type Layer = InstanceType<typeof tf.layers.Layer>;

/** A layer's output, and the gradients of its weights and its input, at fixed values. */
function passes(layer: Layer, x: tf.Tensor, kwargs: Record<string, unknown> = { training: true }) {
  layer.apply(x, kwargs);
  layer.weights.forEach((weight, i) => {
    weight.write(tf.randomUniform(weight.shape as number[], 0.2, 0.8, "float32", i));
  });
  const variables = layer.trainableWeights.map((weight) => weight.read());
  const run = () => {
    const loss = (x: tf.Tensor) => {
      const outputs = [layer.apply(x, kwargs) as tf.Tensor].flat();
      const weighed = outputs.map((y, i) => y.mul(weighing(y, i)).sum());
      return tf.addN(weighed) as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads((x: tf.Tensor) => loss(x))([x]);
    const { grads: named } = tf.variableGrads(() => loss(x), variables as tf.Variable[]);
    return [value, ...grads, ...Object.values(named)];
  };
  return { run, layer };
}

/** Makes each value count otherwise. */
function weighing(y: tf.Tensor, i: number): tf.Tensor {
  return tf.range(0, y.size).add(i).sin().reshape(y.shape);
}

/** Compares a layer with its twin that isn't compiled, its weights that aren't trained too. */
function agrees(make: () => ReturnType<typeof passes>, tolerance = 1e-6): void {
  const [eager, compiled] = [make(), make()];
  const step = compile(compiled.run);
  for (let call = 0; call < 5; call++) {
    const [expected, actual] = [eager.run(), step()];
    expected.forEach((tensor, i) => {
      expect(difference(tensor, actual[i]!)).toBeLessThan(tolerance);
    });
    tf.dispose([expected, actual]);
  }
  eager.layer.weights.forEach((weight, i) => {
    expect(difference(weight.read(), compiled.layer.weights[i]!.read())).toBeLessThan(tolerance);
  });
  step.dispose();
}

const normal = (shape: number[]) => tf.randomNormal(shape, 0.5, 2, "float32", 9);

describe.runIf(isNative)("batch normalization in training", () => {
  it.each([[[32, 6]], [[8, 5, 6]], [[8, 4, 5, 6]]])(
    "is FusedBatchNormV3 for shape %j",
    { tags: "slow" },
    (shape) => {
      const make = () => passes(tf.layers.batchNormalization({ momentum: 0.8 }), normal(shape));
      agrees(make, 2e-6);
      const ops = opsOf(() => make().run()[1]!);
      expect(ops).toContain("FusedBatchNormV3");
      expect(ops).not.toContain("Mean");
      expect(ops).toContain("FusedBatchNormGradV3");
    },
  );

  it("moves the averages towards the mean and the biased variance", () => {
    const layer = tf.layers.batchNormalization({ momentum: 0.5 });
    const x = tf.tensor2d([[1], [2], [4], [9]]);
    const step = compile(() => layer.apply(x, { training: true }) as tf.Tensor);
    for (let call = 0; call < 60; call++) step().dispose();
    const [, , mean, variance] = layer.getWeights().map((weight) => weight.dataSync()[0]!);
    expect(mean).toBeCloseTo(4, 5);
    expect(variance).toBeCloseTo(9.5, 5);
    step.dispose();
  });

  it("is left as it is in inference", { tags: "slow" }, () => {
    const make = () => passes(tf.layers.batchNormalization(), normal([8, 6]), { training: false });
    expect(opsOf(() => make().run()[0]!)).not.toContain("FusedBatchNormV3");
    agrees(make);
  });
});

describe.runIf(isNative)("an LSTM layer without the library's own kernels", () => {
  const x = normal([6, 5, 3]);
  const gates = { units: 4, recurrentActivation: "sigmoid" } as const;
  const variants: [string, object][] = [
    ["gives the last output", {}],
    ["gives all outputs", { returnSequences: true }],
    ["gives its state", { returnState: true }],
    ["gives all outputs and its state", { returnSequences: true, returnState: true }],
    ["goes backwards", { goBackwards: true, returnSequences: true }],
    ["has no bias", { useBias: false }],
  ];

  it.each(variants)("is BlockLSTMV2 when it %s", { tags: "slow" }, (_, options) => {
    const make = () => passes(tf.layers.lstm({ ...gates, ...options }), x);
    withoutKernels(() => agrees(make, 2e-6));
    const ops = withoutKernels(() => opsOf(() => make().run()[0]!));
    expect(ops).toContain("BlockLSTMV2");
    expect(ops).toContain("BlockLSTMGradV2");
    expect(ops).not.toContain("Sigmoid");
  });

  it("takes states to start from", { tags: "slow" }, () => {
    const states = [normal([6, 4]).tanh(), normal([6, 4])];
    const make = () => passes(tf.layers.lstm(gates), x, { initialState: states });
    withoutKernels(() => agrees(make, 2e-6));
  });

  it.each([
    ["a hard sigmoid", { recurrentActivation: "hardSigmoid" }],
    ["another activation", { activation: "relu" }],
  ] as const)("is left as it is with %s", { tags: "slow" }, (_, options) => {
    const make = () => passes(tf.layers.lstm({ ...gates, ...options }), x);
    const ops = withoutKernels(() => opsOf(() => make().run()[0]!));
    expect(ops).not.toContain("BlockLSTMV2");
    withoutKernels(() => agrees(make, 2e-6));
  });

  it("is left as it is with a mask", () => {
    const model = tf.sequential({
      layers: [tf.layers.masking({ maskValue: 0, inputShape: [5, 3] }), tf.layers.lstm(gates)],
    });
    const masked = tf.concat([x.slice([0, 0], [6, 2]), tf.zeros([6, 3, 3])], 1);
    const ops = opsOf(() => model.apply(masked) as tf.Tensor);
    expect(ops).not.toContain("BlockLSTMV2");
    expect(ops).not.toContain("QatlabLstm");
  });
});

describe.runIf(isNative)("gradients", () => {
  const activations: [string, string, (x: tf.Tensor) => tf.Tensor][] = [
    ["relu", "ReluGrad", (x) => x.relu()],
    ["relu6", "Relu6Grad", (x) => x.relu6()],
    ["sigmoid", "SigmoidGrad", (x) => x.sigmoid()],
    ["tanh", "TanhGrad", (x) => x.tanh()],
    ["softplus", "SoftplusGrad", (x) => x.softplus()],
  ];
  const x = tf.linspace(-8, 8, 101);

  it.each(activations)("are native: %s is %s", { tags: "slow" }, (_, op, activation) => {
    const gradient = tf.grad((x: tf.Tensor) => activation(x).mul(x.sin()).sum());
    expect(opsOf(() => gradient(x))).toContain(op);
    const step = compile((x: tf.Tensor) => gradient(x));
    for (let call = 0; call < 3; call++) {
      expect(difference(gradient(x), step(x))).toBeLessThan(1e-6);
    }
    step.dispose();
  });

  it.each([
    ...activations.map(([name, , activation]) => [name, activation] as const),
    ["selu", (x: tf.Tensor) => x.selu()] as const,
    ["elu", (x: tf.Tensor) => x.elu()] as const,
    ["leaky relu", (x: tf.Tensor) => x.leakyRelu(0.1)] as const,
    ["prelu", (x: tf.Tensor) => x.prelu(tf.scalar(0.1))] as const,
  ])("are tfjs's where an activation has a kink, and beside it: %s", (_, activation) => {
    const values = tf.tensor1d([0, -0, 1e-30, -1e-30, 1e-7, -1e-7, 3, -3, 5.999, 6.001, 1e3, -1e3]);
    const gradient = tf.grad((x: tf.Tensor) => activation(x).sum());
    const step = compile((x: tf.Tensor) => gradient(x));
    for (let call = 0; call < 3; call++) {
      expect(difference(gradient(values), step(values))).toBeLessThan(1e-6);
    }
    step.dispose();
  });

  // ReLU6 has no second gradient in tfjs.
  const twice = activations.filter(([name]) => name !== "relu6");
  it.each(twice)("of gradients are tfjs's: %s", { tags: "slow" }, (_, __, activation) => {
    const inner = tf.grad((x: tf.Tensor) => activation(x).square().sum());
    const outer = tf.grad((x: tf.Tensor) => inner(x).mul(x.cos()).sum());
    const step = compile((x: tf.Tensor) => outer(x));
    for (let call = 0; call < 3; call++) {
      expect(difference(outer(x), step(x))).toBeLessThan(1e-6);
    }
    step.dispose();
  });
});

describe.runIf(isNative)("softmax cross-entropy", () => {
  const logits = normal([12, 5]);
  const labels = tf.oneHot(tf.range(0, 12, 1, "int32").mod(tf.scalar(5, "int32")), 5).toFloat();
  const { softmaxCrossEntropy } = tf.losses;
  const { SUM, MEAN } = tf.Reduction;
  const variants: [string, (logits: tf.Tensor) => tf.Tensor][] = [
    ["its mean", (logits) => tf.losses.softmaxCrossEntropy(labels, logits)],
    ["weights", (x) => tf.losses.softmaxCrossEntropy(labels, x, tf.range(0, 12), 0, MEAN)],
    ["its sum", (x) => tf.losses.softmaxCrossEntropy(labels, x, undefined, 0, SUM)],
  ];

  it.each(variants)("is SoftmaxCrossEntropyWithLogits with %s", { tags: "slow" }, (_, loss) => {
    const both = tf.valueAndGrad((x: tf.Tensor) => loss(x) as tf.Scalar);
    expect(opsOf(() => both(logits).grad)).toContain("SoftmaxCrossEntropyWithLogits");
    const step = compile((x: tf.Tensor) => ({ ...both(x) }));
    for (let call = 0; call < 3; call++) {
      const [expected, actual] = [both(logits), step(logits)];
      expect(difference(expected.value, actual.value)).toBeLessThan(1e-6);
      expect(difference(expected.grad, actual.grad)).toBeLessThan(1e-6);
    }
    step.dispose();
  });

  it("is left as it is with smoothed labels", () => {
    const ops = opsOf(() => tf.losses.softmaxCrossEntropy(labels, logits, undefined, 0.1));
    expect(ops).not.toContain("SoftmaxCrossEntropyWithLogits");
  });

  it("is tfjs's again afterwards, even when the function throws", () => {
    const relu = tf.getGradient("Relu");
    const failing = () => {
      throw new Error("of my own");
    };
    expect(() => withNativeOps(failing)).toThrow("of my own");
    expect(tf.losses.softmaxCrossEntropy).toBe(softmaxCrossEntropy);
    expect(tf.getGradient("Relu")).toBe(relu);
    expect(Object.hasOwn(Object.getPrototypeOf(tf.layers.lstm({ units: 1 })), "call")).toBe(true);
  });
});
