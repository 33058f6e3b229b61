import * as q from "../../../src/index.js";

const { tf } = q;
const { layers } = tf;
type Tensor = q.tf.Tensor;
type Layer = InstanceType<typeof layers.Layer>;

/** Inputs of a net, and layers to put on them one after the other, or a function that does. */
export interface Net {
  shape: number[];
  /** Whole numbers below this, where the inputs aren't numbers from −1 to 1. */
  words?: number;
  layers: () => Layer[] | ((input: q.tf.SymbolicTensor) => q.tf.SymbolicTensor);
}

const relu = (x: Tensor) => tf.relu(x);
const straightThrough = tf.customGrad((x, save) => {
  (save as (tensors: Tensor[]) => void)([x as Tensor]);
  return {
    value: (x as Tensor).mul(4).round().div(4),
    gradFunc: (dy, [x]) => (dy as Tensor).mul(x!.abs().lessEqual(1).toFloat()),
  };
});

/** A user's own layer: a function of tensors, with a scale that is trained. */
class Custom extends layers.Layer {
  static className = "CustomOfTests";
  private scale!: q.tf.LayerVariable;
  constructor(private readonly fn: (x: Tensor) => Tensor) {
    super({});
  }
  override build(): void {
    this.scale = this.addWeight("scale", [], "float32", tf.initializers.ones());
    this.built = true;
  }
  override computeOutputShape(shape: never) {
    return shape;
  }
  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x] = [inputs].flat() as Tensor[];
    return tf.tidy(() => this.fn(x!.mul(this.scale.read())));
  }
}

const custom = (fn: (x: Tensor) => Tensor): Layer => new Custom(fn);
export const apply = (layer: Layer, ...inputs: q.tf.SymbolicTensor[]) =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as q.tf.SymbolicTensor;
const { dense, conv2d, activation, flatten } = layers;

function attention(input: q.tf.SymbolicTensor): q.tf.SymbolicTensor {
  const [queries, keys, values] = [0, 1, 2].map(() =>
    apply(dense({ units: 6, useBias: false }), input),
  );
  const scores = apply(layers.dot({ axes: [2, 2] }), queries!, keys!);
  const shares = apply(activation({ activation: "softmax" }), scores);
  const mixed = apply(layers.dot({ axes: [2, 1] }), shares, values!);
  const sum = apply(layers.add(), apply(dense({ units: 6 }), mixed), queries!);
  return apply(flatten(), apply(layers.layerNormalization({}), sum));
}

function branches(input: q.tf.SymbolicTensor): q.tf.SymbolicTensor {
  const [a, b, c] = [0, 1, 2].map(() => apply(dense({ units: 4, activation: "tanh" }), input));
  const joined = [layers.add(), layers.multiply(), layers.average(), layers.maximum()].map(
    (layer) => apply(layer, a!, b!, c!),
  );
  return apply(layers.concatenate(), ...joined, apply(layers.minimum(), a!, c!));
}

const image = [6, 6, 3];
const series = [8, 5];

/** Every kind of layer, in small nets; a dense layer with three outputs follows. */
export const nets: Record<string, Net> = {
  dense: {
    shape: [5],
    layers: () => [
      dense({ units: 7, activation: "tanh" }),
      dense({ units: 4, activation: "sigmoid" }),
    ],
  },
  conv1d: {
    shape: series,
    layers: () => [
      layers.conv1d({ filters: 4, kernelSize: 3, activation: "relu", padding: "same" }),
      layers.conv1d({ filters: 4, kernelSize: 3, strides: 2 }),
    ],
  },
  conv2d: {
    shape: image,
    layers: () => [
      conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", useBias: false }),
    ],
  },
  "depthwise convolution": {
    shape: image,
    layers: () => [
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: "relu6" } as never),
    ],
  },
  "separable convolution": {
    shape: image,
    layers: () => [layers.separableConv2d({ filters: 4, kernelSize: 3, activation: "tanh" })],
  },
  "transposed convolution": {
    shape: image,
    layers: () => [
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
    ],
  },
  // Its result is another convolution's gradient for the images, which the rewriting takes together with others.
  "transposed convolutions after a convolution": {
    shape: image,
    layers: () => [
      conv2d({ filters: 4, kernelSize: 2, strides: 2 }),
      layers.conv2dTranspose({ filters: 1, kernelSize: 3 }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, padding: "same" }),
    ],
  },
  conv3d: { shape: [4, 4, 4, 2], layers: () => [layers.conv3d({ filters: 3, kernelSize: 2 })] },
  "max pooling": {
    shape: image,
    layers: () => [
      conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      layers.maxPooling2d({ poolSize: 2 }),
    ],
  },
  "average pooling": {
    shape: image,
    layers: () => [
      conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      layers.averagePooling2d({ poolSize: 2 }),
    ],
  },
  "global pooling": {
    shape: image,
    layers: () => [conv2d({ filters: 4, kernelSize: 3 }), layers.globalAveragePooling2d({})],
  },
  "global max pooling": {
    shape: image,
    layers: () => [conv2d({ filters: 4, kernelSize: 3 }), layers.globalMaxPooling2d({})],
  },
  "pooling of series": {
    shape: series,
    layers: () => [
      layers.conv1d({ filters: 4, kernelSize: 3 }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.averagePooling1d({ poolSize: 2, strides: 1 }),
      layers.globalAveragePooling1d(),
    ],
  },
  "batch normalization": {
    shape: image,
    layers: () => [
      conv2d({ filters: 4, kernelSize: 3, useBias: false }),
      layers.batchNormalization({}),
      activation({ activation: "relu" }),
    ],
  },
  "batch normalization of features": {
    shape: [5],
    layers: () => [
      dense({ units: 8, useBias: false }),
      layers.batchNormalization({ momentum: 0.9 }),
      dense({ units: 4 }),
    ],
  },
  "layer normalization": {
    shape: series,
    layers: () => [dense({ units: 6 }), layers.layerNormalization({})],
  },
  embedding: {
    shape: [6],
    words: 11,
    layers: () => [layers.embedding({ inputDim: 11, outputDim: 4 })],
  },
  "masked embedding and LSTM": {
    shape: [6],
    words: 11,
    layers: () => [
      layers.embedding({ inputDim: 11, outputDim: 4, maskZero: true }),
      layers.lstm({ units: 5 }),
    ],
  },
  LSTM: { shape: series, layers: () => [layers.lstm({ units: 6 })] },
  GRU: { shape: series, layers: () => [layers.gru({ units: 6 })] },
  SimpleRNN: {
    shape: series,
    layers: () => [layers.simpleRNN({ units: 6, returnSequences: true })],
  },
  "bidirectional LSTM": {
    shape: [4, 5],
    layers: () => [
      layers.bidirectional({ layer: layers.lstm({ units: 4 }) as never, mergeMode: "concat" }),
    ],
  },
  "stacked RNN": {
    shape: [4, 5],
    layers: () => [
      layers.rnn({ cell: [layers.lstmCell({ units: 4 }), layers.gruCell({ units: 3 })] as never }),
    ],
  },
  attention: { shape: [5, 4], layers: () => attention },
  "branches that join": { shape: [5], layers: () => branches },
  "custom gradient": {
    shape: [5],
    layers: () => [dense({ units: 6 }), custom((x) => straightThrough(x)), dense({ units: 4 })],
  },
  fakeQuantize: {
    shape: [5],
    layers: () => [
      dense({ units: 6 }),
      custom((x) => q.fakeQuantize(x, q.int(4), { min: -1, max: 1 })),
    ],
  },
  "custom layer": {
    shape: [5],
    layers: () => [custom((x) => relu(x.add(0.1)).add(x.square().mean(-1, true)))],
  },
  "reshape, permute": {
    shape: image,
    layers: () => [
      layers.permute({ dims: [3, 1, 2] }),
      layers.reshape({ targetShape: [9, 12] }),
      dense({ units: 3 }),
    ],
  },
  "padding, up-sampling, cropping": {
    shape: image,
    layers: () => [
      conv2d({ filters: 3, kernelSize: 1 }),
      layers.zeroPadding2d({ padding: 1 }),
      layers.upSampling2d({ size: [2, 2] }),
      layers.cropping2D({
        cropping: [
          [2, 1],
          [1, 2],
        ],
      }),
    ],
  },
  PReLU: { shape: [5], layers: () => [dense({ units: 6 }), layers.prelu({})] },
  "ELU, LeakyReLU": {
    shape: [5],
    layers: () => [dense({ units: 6 }), layers.elu(), dense({ units: 6 }), layers.leakyReLU()],
  },
  "conv1d and ELU": {
    shape: series,
    layers: () => [layers.conv1d({ filters: 4, kernelSize: 3, activation: "elu" })],
  },
  "softmax layer": { shape: [5], layers: () => [dense({ units: 6 }), layers.softmax()] },
  "other activations": {
    shape: [5],
    layers: () =>
      ["selu", "softplus", "softsign", "hardSigmoid", "swish", "mish", "linear"].map((name) =>
        dense({ units: 5, activation: name as never }),
      ),
  },
  masking: {
    shape: series,
    layers: () => [layers.masking({ maskValue: 0 }), layers.gru({ units: 4 })],
  },
  timeDistributed: {
    shape: [3, 6, 6, 2],
    layers: () => [
      layers.timeDistributed({
        layer: conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 2] }),
      }),
    ],
  },
  repeatVector: {
    shape: [5],
    layers: () => [
      dense({ units: 4 }),
      layers.repeatVector({ n: 3 }),
      layers.simpleRNN({ units: 4 }),
    ],
  },
  "L1 and L2 regularizers": {
    shape: [5],
    layers: () => [
      dense({
        units: 6,
        kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.01 }),
        biasRegularizer: "l1l2",
      }),
    ],
  },
  "weight constraints": {
    shape: [5],
    layers: () => [
      dense({ units: 6, kernelConstraint: "maxNorm", biasConstraint: "nonNeg" }),
      dense({ units: 4, kernelConstraint: tf.constraints.unitNorm({ axis: 0 }) }),
    ],
  },
};
