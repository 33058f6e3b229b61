import * as q from "../../../src/index.js";

const { layers } = q.tf;
type Layer = InstanceType<typeof layers.Layer>;

/** A layer of tfjs's with options, and where it can stand. */
export interface Case {
  /** The row of docs/limits.md's table of limits. */
  family: string;
  name: string;
  /** The shape of its inputs, without the batch. */
  shape: number[];
  /** How many inputs it takes. Default 1. */
  inputs?: number;
  /** Inputs are whole numbers below it. Default: numbers between −1 and 1, out of a Dense layer. */
  below?: number;
  make(): Layer;
}

type Options = Record<string, unknown>;
type Maker = keyof typeof layers;

const shapes = {
  vector: [6],
  sequence: [4, 6],
  image: [6, 6, 2],
  volume: [4, 4, 4, 2],
  film: [3, 5, 5, 2],
  film1: [2, 4, 3],
};

/** A layer's name in its model. */
export const walked = "walked";

function make(maker: Maker, options: Options): Layer {
  const build = layers[maker] as unknown as (options: Options) => Layer;
  return build({ name: walked, ...options });
}

/** One case for each set of options, on top of the first, which are needed. */
function over(
  family: string,
  maker: string,
  shape: number[],
  {
    needed = () => ({}),
    variants = [],
    build = (options) => make(maker as Maker, options),
    ...where
  }: {
    needed?: () => Options;
    variants?: (Options | (() => Options))[];
    /** Default: the function of tfjs's that makes such layers. */
    build?: (options: Options) => Layer;
  } & Pick<Case, "inputs" | "below"> = {},
): Case[] {
  return [{}, ...variants].map((variant) => {
    const options = () => ({
      ...needed(),
      ...(typeof variant === "function" ? variant() : variant),
    });
    return {
      family,
      name: [maker, titleOf(typeof variant === "function" ? variant() : variant)].join(" ").trim(),
      // Channels first: their axis is the one that was last.
      shape: options().dataFormat === "channelsFirst" ? shape.slice().reverse() : shape,
      ...where,
      make: () => build(options()),
    };
  });
}

/** Options as a title has them, with the type of a layer in the place of each part of a layer. */
function titleOf(options: Options): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(", ");
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  const { getClassName, layer } = Object(value) as { getClassName?(): string; layer?: Layer };
  if (!getClassName) return String(value);
  const type = (value as Layer).getClassName();
  return layer ? `${type} of ${layer.getClassName()}` : type;
}

const activations = [
  ...["elu", "hardSigmoid", "linear", "relu", "relu6", "selu", "sigmoid", "softmax", "softplus"],
  ...["softsign", "tanh", "swish", "mish", "gelu", "gelu_new"],
];
const { constraints, regularizers } = q.tf;
const held = {
  maxNorm: () => constraints.maxNorm({ maxValue: 0.5 }),
  minMaxNorm: () => constraints.minMaxNorm({ minValue: 0.1, maxValue: 0.5 }),
  nonNeg: () => constraints.nonNeg(),
  unitNorm: () => constraints.unitNorm({ axis: 0 }),
};
const penalties = {
  l1: () => regularizers.l1({ l1: 0.01 }),
  l2: () => regularizers.l2({ l2: 0.01 }),
  l1l2: () => regularizers.l1l2({ l1: 0.01, l2: 0.01 }),
};

/** Constraints, regularizers and initializers of a layer's weights, by the names of its options. */
function weighted(kernel: string): (Options | (() => Options))[] {
  return [
    ...Object.values(held).map((constraint) => () => ({ [`${kernel}Constraint`]: constraint() })),
    ...Object.values(penalties).map((penalty) => () => ({ [`${kernel}Regularizer`]: penalty() })),
    () => ({ biasConstraint: held.nonNeg(), biasRegularizer: penalties.l2() }),
    () => ({ activityRegularizer: penalties.l2() }),
    { useBias: false },
    { [`${kernel}Initializer`]: "heNormal", biasInitializer: "ones" },
    { trainable: false },
  ];
}

const window = { filters: 3, kernelSize: 2 };
const convolution = [
  ...[{ kernelSize: 1 }, { kernelSize: 3 }, { strides: 2 }, { padding: "same" }],
  ...[{ dilationRate: 2 }, { dilationRate: 2, padding: "same" }, { dilationRate: 2, strides: 2 }],
  ...[{ strides: 2, padding: "same" }, { dataFormat: "channelsFirst" }],
  { dataFormat: "channelsFirst", padding: "same" },
  { dataFormat: "channelsFirst", dilationRate: 2 },
  ...["relu", "relu6", "tanh", "softmax", "swish"].map((activation) => ({ activation })),
];
const pooling = [
  ...[{ poolSize: 3 }, { strides: 1 }, { padding: "same" }, { strides: 1, padding: "same" }],
  ...[{ poolSize: 3, strides: 2 }, { dataFormat: "channelsFirst" }],
];
const recurrence = [
  ...[{ returnSequences: true }, { goBackwards: true }, { returnState: true }, { unroll: true }],
  ...[{ dropout: 0.2 }, { recurrentDropout: 0.2 }, { dropout: 0.2, recurrentDropout: 0.2 }],
  ...["relu", "sigmoid", "linear", "elu"].map((activation) => ({ activation })),
  () => ({ kernelConstraint: held.maxNorm(), recurrentConstraint: held.maxNorm() }),
  () => ({ kernelRegularizer: penalties.l2(), recurrentRegularizer: penalties.l1() }),
  ...[{ useBias: false }, { recurrentInitializer: "orthogonal" }, { trainable: false }],
];
const gates = [
  { recurrentActivation: "sigmoid" },
  { recurrentActivation: "tanh" },
  { implementation: 1 },
  { implementation: 2 },
];
const { vector, sequence, image, volume, film, film1 } = shapes;
const axes = [{ axis: 1 }, { axis: -1 }];
const cropping = [
  [1, 1],
  [1, 1],
];

function kernels(): Case[] {
  const units = () => ({ units: 3 });
  const filters = () => window;
  return [
    ...over("Dense", "dense", vector, {
      needed: units,
      variants: [...activations.map((activation) => ({ activation })), ...weighted("kernel")],
    }),
    ...over("Dense", "dense", sequence, { needed: units }),
    ...over("Dense", "dense", image, { needed: units }),
    ...over("Conv1D", "conv1d", sequence, {
      needed: filters,
      variants: [
        ...convolution,
        { padding: "causal" },
        { padding: "causal", dilationRate: 2 },
      ].concat(weighted("kernel") as never),
    }),
    ...over("Conv2D", "conv2d", image, {
      needed: filters,
      variants: [
        ...convolution,
        ...[{ strides: [1, 2] }, { kernelSize: [1, 3] }, { dilationRate: [1, 2] }],
        ...weighted("kernel"),
      ],
    }),
    ...over("Conv3D", "conv3d", volume, {
      needed: filters,
      variants: [...convolution, ...weighted("kernel")],
    }),
    ...over("DepthwiseConv2D", "depthwiseConv2d", image, {
      needed: () => ({ kernelSize: 2, depthMultiplier: 2 }),
      variants: [...convolution, { depthMultiplier: 1 }, ...weighted("depthwise")],
    }),
    ...over("SeparableConv2D", "separableConv2d", image, {
      needed: filters,
      variants: [...convolution, { depthMultiplier: 2 }, ...weighted("depthwise")].concat(
        () =>
          ({ pointwiseConstraint: held.maxNorm(), pointwiseRegularizer: penalties.l2() }) as never,
      ),
    }),
    ...over("Conv2DTranspose", "conv2dTranspose", image, {
      needed: filters,
      variants: [...convolution, ...weighted("kernel")],
    }),
    ...over("Conv3DTranspose", "conv3dTranspose", volume, {
      needed: filters,
      variants: [{ strides: 2 }, { padding: "same" }],
    }),
    ...over("Embedding", "embedding", [4], {
      needed: () => ({ inputDim: 5, outputDim: 3 }),
      below: 5,
      variants: [
        { inputLength: 4 },
        { embeddingsInitializer: "zeros" },
        { trainable: false },
        () => ({ embeddingsConstraint: held.maxNorm(), embeddingsRegularizer: penalties.l2() }),
        () => ({ activityRegularizer: penalties.l2() }),
      ],
    }),
  ];
}

function elementwise(): Case[] {
  return [
    ...over("activations", "activation", vector, {
      needed: () => ({ activation: "tanh" }),
      variants: activations.map((activation) => ({ activation })),
    }),
    ...over("activations", "reLU", vector, { variants: [{ maxValue: 6 }, { maxValue: 0.5 }] }),
    ...over("activations", "leakyReLU", vector, { variants: [{ alpha: 0.1 }] }),
    ...over("activations", "elu", vector, { variants: [{ alpha: 0.5 }] }),
    // No value of these inputs passes the default threshold, 1, so no kernel would be trained.
    ...over("activations", "thresholdedReLU", vector, {
      needed: () => ({ theta: 0.3 }),
      variants: [{ theta: 0.2 }],
    }),
    ...over("activations", "softmax", sequence, { variants: [...axes] }),
    ...over("activations", "prelu", sequence, {
      variants: [
        { sharedAxes: [1] },
        () => ({ alphaRegularizer: penalties.l2(), alphaConstraint: held.nonNeg() }),
        { alphaInitializer: "ones" },
      ],
    }),
    ...over("activations", "prelu", image, { variants: [{ sharedAxes: [1, 2] }] }),
    ...over("noise", "dropout", vector, {
      needed: () => ({ rate: 0.2 }),
      variants: [{ rate: 0 }, { seed: 3 }, { noiseShape: [24, 1] }],
    }),
    ...over("noise", "spatialDropout1d", sequence, { needed: () => ({ rate: 0.2 }) }),
    ...over("noise", "alphaDropout", vector, { needed: () => ({ rate: 0.2 }) }),
    ...over("noise", "gaussianDropout", vector, { needed: () => ({ rate: 0.2 }) }),
    ...over("noise", "gaussianNoise", vector, { needed: () => ({ stddev: 0.2 }) }),
  ];
}

function structural(): Case[] {
  const places = { dataFormat: "channelsFirst" };
  return [
    ...["add", "average", "maximum", "minimum", "multiply"].flatMap((maker) => [
      ...over("merging", maker as Maker, sequence, { inputs: 2 }),
      ...over("merging", maker as Maker, vector, { inputs: 3 }),
    ]),
    ...over("merging", "concatenate", sequence, { inputs: 2, variants: axes }),
    ...over("merging", "concatenate", image, { inputs: 3, variants: [{ axis: 2 }] }),
    ...over("merging", "dot", vector, {
      inputs: 2,
      needed: () => ({ axes: -1 }),
      variants: [{ normalize: true }, { axes: 1 }],
    }),
    ...over("merging", "dot", sequence, {
      inputs: 2,
      needed: () => ({ axes: 2 }),
      variants: [{ axes: 1 }, { axes: [2, 2] }, { normalize: true }],
    }),
    ...(["averagePooling1d", "maxPooling1d"] as const).flatMap((maker) =>
      over("pooling", maker, sequence, {
        needed: () => ({ poolSize: 2 }),
        variants: pooling.slice(0, 5),
      }),
    ),
    ...(["averagePooling2d", "maxPooling2d"] as const).flatMap((maker) =>
      over("pooling", maker, image, { needed: () => ({ poolSize: 2 }), variants: pooling }),
    ),
    ...(["averagePooling3d", "maxPooling3d"] as const).flatMap((maker) =>
      over("pooling", maker, volume, { needed: () => ({ poolSize: 2 }), variants: pooling }),
    ),
    ...over("pooling", "globalAveragePooling1d", sequence),
    ...over("pooling", "globalMaxPooling1d", sequence),
    ...over("pooling", "globalAveragePooling2d", image, { variants: [places] }),
    ...over("pooling", "globalMaxPooling2d", image, { variants: [places] }),
    ...over("shapes", "flatten", image, { variants: [places] }),
    ...over("shapes", "reshape", sequence, {
      needed: () => ({ targetShape: [24] }),
      variants: [{ targetShape: [2, 12] }],
    }),
    ...over("shapes", "permute", sequence, { needed: () => ({ dims: [2, 1] }) }),
    ...over("shapes", "permute", image, { needed: () => ({ dims: [3, 1, 2] }) }),
    ...over("shapes", "repeatVector", vector, { needed: () => ({ n: 3 }) }),
    ...over("shapes", "zeroPadding2d", image, {
      variants: [
        {
          padding: [
            [1, 0],
            [2, 1],
          ],
        },
        places,
      ],
    }),
    ...over("shapes", "cropping2D", image, {
      needed: () => ({ cropping }),
      variants: [
        {
          cropping: [
            [1, 0],
            [0, 2],
          ],
        },
        {
          ...places,
          cropping: [
            [1, 0],
            [0, 0],
          ],
        },
      ],
    }),
    ...over("shapes", "upSampling2d", image, {
      variants: [{ size: [3, 2] }, { interpolation: "bilinear" }, places],
    }),
    ...over("shapes", "masking", sequence, { variants: [{ maskValue: 0.5 }] }),
    ...over("preprocessing", "rescaling", image, {
      needed: () => ({ scale: 2 }),
      variants: [{ offset: 1 }],
    }),
    ...over("preprocessing", "resizing", image, {
      needed: () => ({ height: 4, width: 4 }),
      variants: [{ interpolation: "nearest" }, { height: 8, width: 9 }],
    }),
    ...over("preprocessing", "centerCrop", image, { needed: () => ({ height: 4, width: 4 }) }),
    ...over("preprocessing", "randomWidth", image, { needed: () => ({ factor: 0.2 }) }),
    ...over("preprocessing", "categoryEncoding", [4], {
      below: 4,
      needed: () => ({ numTokens: 4, outputMode: "multiHot" }),
      variants: [{ outputMode: "count" }],
    }),
    ...over("normalization", "batchNormalization", vector, {
      variants: [
        ...[{ center: false }, { scale: false }, { momentum: 0.5 }, { epsilon: 0.1 }],
        { trainable: false },
        () => ({ gammaConstraint: held.nonNeg(), betaRegularizer: penalties.l2() }),
        () => ({ betaConstraint: held.nonNeg(), gammaRegularizer: penalties.l1() }),
      ],
    }),
    ...over("normalization", "batchNormalization", sequence, { variants: axes }),
    ...over("normalization", "batchNormalization", image, { variants: axes }),
    ...over("normalization", "batchNormalization", volume, { variants: axes }),
    ...over("normalization", "layerNormalization", vector, {
      variants: [
        ...[{ center: false }, { scale: false }, { epsilon: 0.1 }, { trainable: false }],
        () => ({ gammaRegularizer: penalties.l2(), betaRegularizer: penalties.l2() }),
      ],
    }),
    ...over("normalization", "layerNormalization", sequence, {
      variants: [...axes, { axis: [1, 2] }],
    }),
    ...over("normalization", "layerNormalization", image, { variants: [{ axis: [1, 2, 3] }] }),
  ];
}

function recurrent(): Case[] {
  const units = () => ({ units: 3 });
  const cell = {
    simple: () => layers.simpleRNNCell({ units: 2 }),
    gru: () => layers.gruCell({ units: 2 }),
    lstm: () => layers.lstmCell({ units: 2 }),
  };
  const inside = {
    simpleRNN: (more?: object) => layers.simpleRNN({ units: 2, ...more }),
    gru: (more?: object) => layers.gru({ units: 2, ...more }),
    lstm: (more?: object) => layers.lstm({ units: 2, ...more }),
  };
  const modes = ["concat", "sum", "mul", "ave", null];
  const time = { inputs: 1 };
  return [
    ...over("recurrent", "simpleRNN", sequence, { needed: units, variants: recurrence }),
    ...over("recurrent", "gru", sequence, { needed: units, variants: [...recurrence, ...gates] }),
    ...over("recurrent", "gru", sequence, {
      needed: units,
      variants: [{ resetAfter: true }],
    }).slice(1),
    ...over("recurrent", "lstm", sequence, {
      needed: units,
      variants: [...recurrence, ...gates, { unitForgetBias: false }],
    }),
    ...over("recurrent", "convLstm2d", film, {
      needed: () => window,
      variants: [
        ...[{ returnSequences: true }, { padding: "same" }, { strides: 2 }, { dilationRate: 2 }],
        ...[{ dropout: 0.2 }, { recurrentDropout: 0.2 }, { goBackwards: true }, { useBias: false }],
        ...[{ activation: "relu" }, { dilationRate: 2, strides: 2 }],
        () => ({ kernelRegularizer: penalties.l2() }),
      ],
    }),
    ...over("recurrent", "rnn", sequence, {
      needed: () => ({ cell: cell.simple() }),
      variants: [
        ...[cell.gru, cell.lstm].map((make) => () => ({ cell: make() })),
        () => ({ cell: [cell.simple(), cell.lstm()] }),
        () => ({ cell: layers.stackedRNNCells({ cells: [cell.lstm(), cell.lstm()] }) }),
        () => ({
          cell: layers.stackedRNNCells({ cells: [cell.gru(), cell.simple()] }),
          returnSequences: true,
        }),
      ],
    }),
    ...modes.flatMap((mergeMode) =>
      Object.values(inside).flatMap((part) =>
        over("wrappers", "bidirectional", sequence, {
          needed: () => ({ layer: part(), mergeMode }),
          variants: [() => ({ layer: part({ returnSequences: true }) })],
        }).map((one) => ({
          ...one,
          name: `${one.name} ${part().getClassName()}, mergeMode ${mergeMode}`,
        })),
      ),
    ),
    ...over("wrappers", "timeDistributed", film1, {
      ...time,
      needed: () => ({ layer: layers.dense({ units: 2 }) }),
      variants: [
        () => ({ layer: layers.dense({ units: 2, activation: "relu", useBias: false }) }),
        () => ({ layer: layers.conv1d({ filters: 2, kernelSize: 2, padding: "causal" }) }),
        () => ({ layer: layers.flatten({}) }),
        () => ({ layer: layers.lstm({ units: 2 }) }),
        () => ({ layer: layers.batchNormalization({}) }),
        () => ({ layer: layers.layerNormalization({}) }),
        () => ({ layer: layers.dropout({ rate: 0.2 }) }),
        () => ({ layer: layers.globalMaxPooling1d({}) }),
        () => ({ layer: layers.dense({ units: 2, kernelRegularizer: penalties.l2() }) }),
        () => ({ layer: layers.dense({ units: 2, kernelConstraint: held.maxNorm() }) }),
        () => ({ layer: layers.dense({ units: 2, activityRegularizer: penalties.l2() }) }),
      ],
    }),
    ...over("wrappers", "timeDistributed", film, {
      needed: () => ({ layer: layers.conv2d({ filters: 2, kernelSize: 2 }) }),
      variants: [
        () => ({ layer: layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2 }) }),
        () => ({
          layer: layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, strides: 2 }),
        }),
        () => ({ layer: layers.depthwiseConv2d({ kernelSize: 2 }) }),
        () => ({ layer: layers.separableConv2d({ filters: 2, kernelSize: 2 }) }),
        () => ({ layer: layers.conv2dTranspose({ filters: 2, kernelSize: 2 }) }),
        () => ({ layer: layers.maxPooling2d({ poolSize: 2 }) }),
        () => ({ layer: layers.resizing({ height: 4, width: 4 }) }),
      ],
    }),
  ];
}

/** The layers that the library has besides those of its models, and its activations. */
function ofLibrary(): Case[] {
  const family = "q.models.layers";
  const { GRU, GeneralReLU, MultiHeadAttention, SpatialDropout2D } = q.models.layers;
  const build = (type: new (options: never) => Layer) => (options: Options) =>
    new type({ name: walked, ...options } as never);
  const heads = () => ({ numHeads: 2, keyDim: 3 });
  const names = ["leakyRelu", "hardSigmoid6", "hardSilu", "hardTanh", "exponential", "celu"];
  return [
    ...over(family, "GRU", sequence, {
      build: build(GRU),
      needed: () => ({ units: 3 }),
      variants: [...recurrence, ...gates, { resetAfter: false }],
    }),
    ...over(family, "MultiHeadAttention", sequence, {
      build: build(MultiHeadAttention),
      needed: heads,
      variants: [
        ...[{ valueDim: 2 }, { outputShape: 4 }, { useBias: false }, { dropout: 0.2 }],
        ...[{ useCausalMask: true }, { trainable: false }],
        () => ({ kernelConstraint: held.maxNorm(), kernelRegularizer: penalties.l2() }),
      ],
    }),
    ...over(family, "MultiHeadAttention", sequence, {
      build: build(MultiHeadAttention),
      inputs: 2,
      needed: heads,
    }),
    ...over(family, "MultiHeadAttention", sequence, {
      build: build(MultiHeadAttention),
      inputs: 3,
      needed: heads,
    }),
    ...over(family, "GeneralReLU", vector, {
      build: build(GeneralReLU),
      variants: [{ maxValue: 0.5 }, { negativeSlope: 0.1 }, { threshold: 0.2, negativeSlope: 0.1 }],
    }),
    ...over(family, "SpatialDropout2D", image, {
      build: build(SpatialDropout2D),
      needed: () => ({ rate: 0.2 }),
      variants: [{ dataFormat: "channelsFirst" }, { seed: 3 }],
    }),
    ...over(family, "activation", vector, {
      needed: () => ({ activation: "squareplus" }),
      variants: [...names, "logSigmoid"].map((activation) => ({ activation })),
    }),
    ...over(family, "dense", vector, {
      needed: () => ({ units: 3, activation: "hardSilu" }),
    }),
  ];
}

/** Every type of layer that tfjs and the library export, with its options; each has a name of its own. */
export const cases: Case[] = numbered([
  ...kernels(),
  ...elementwise(),
  ...structural(),
  ...recurrent(),
  ...ofLibrary(),
]);

/** Cases of one name get their shapes too; names that are still alike are numbered. */
function numbered(all: Case[]): Case[] {
  const count = (list: Case[], name: string) => list.filter((one) => one.name === name).length;
  const shaped = all.map((one) =>
    count(all, one.name) > 1 ? { ...one, name: `${one.name} of [${one.shape}]` } : one,
  );
  return shaped.map((one, i) => {
    const before = count(shaped.slice(0, i), one.name);
    return before > 0 ? { ...one, name: `${one.name} (${before + 1})` } : one;
  });
}
