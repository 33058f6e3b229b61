import type { Layer } from "../layer.js";
import {
  conv1d,
  conv2d,
  conv3d,
  dense,
  depthwise,
  pointwise,
  separated,
  transposed,
} from "../linear.js";
import { positionsIn } from "../positions.js";
import type { LayerRule, LayerShapes, RuleTable } from "../rule.js";
import { sizeOfWeights } from "../weights.js";

/** A layer whose bias can be switched on. */
const biased: LayerRule = {
  role: "computes",
  bias: "bias",
  withBias: () => ({ useBias: true }),
};

interface Steps {
  strides?: number | number[];
  dilationRate?: number | number[];
}

const isAboveOne = (steps: number | number[] = 1) => [steps].flat().some((step) => step > 1);

/** A convolution; a dilation and strides don't go together. */
const convolution =
  (rule: LayerRule) =>
  (layer: Layer): LayerRule => ({ ...rule, ...undilated(layer) });

/**
 * @internal
 * The limit of a convolution with both strides and a dilation, which TensorFlow.js doesn't compute.
 */
export function undilated(layer: Layer): Pick<LayerRule, "notComputed"> {
  const { strides, dilationRate } = layer.getConfig() as Steps;
  if (!isAboveOne(strides) || !isAboveOne(dilationRate)) return {};
  return {
    notComputed: `TensorFlow.js has no convolution with both strides and a dilation (expected strides or dilationRate of 1, not strides ${strides} and dilationRate ${dilationRate})`,
  };
}

const ignoresDilation = (layer: Layer): Pick<LayerRule, "notComputed"> => {
  // tfjs leaves the dilation out of the configuration.
  const { dilationRate } = layer as Layer & Steps;
  if (!isAboveOne(dilationRate)) return {};
  return {
    notComputed: `TensorFlow.js passes over the dilation of a transposed convolution (expected dilationRate 1, not ${dilationRate})`,
  };
};

/** [height, width, channels, multiplier] */
const depthwiseKernel = { outputs: [-2, -1], inputs: -2 } as const;

const transposedRule: LayerRule = {
  ...biased,
  // Each input meets the whole kernel.
  macs: (layer: Layer, { inputs }: LayerShapes) =>
    sizeOfWeights(layer) * positionsIn(layer, inputs[0]!),
};

/**
 * @internal
 * Layers that multiply their input with a kernel. The output channels are the last axis of a kernel, except in
 * transposed convolutions.
 */
export const kernelLayers: RuleTable = {
  Dense: {
    ...biased,
    weights: { kernel: { outputs: -1, inputs: -2, linear: dense } },
    tokens: true,
    twiceDifferentiable: true,
  },
  Conv1D: convolution({
    ...biased,
    weights: { kernel: { outputs: -1, inputs: -2, linear: conv1d } },
  }),
  Conv2D: convolution({
    ...biased,
    weights: { kernel: { outputs: -1, inputs: -2, linear: conv2d } },
    twiceDifferentiable: true,
  }),
  Conv3D: convolution({
    ...biased,
    weights: { kernel: { outputs: -1, inputs: -2, linear: conv3d } },
  }),
  DepthwiseConv2D: convolution({
    ...biased,
    weights: { depthwiseKernel: { ...depthwiseKernel, linear: depthwise } },
    twiceDifferentiable: true,
  }),
  // The values between the two kernels aren't quantized: they stay in the accumulator.
  SeparableConv2D: convolution({
    ...biased,
    weights: {
      depthwiseKernel: { ...depthwiseKernel, to: "inside", linear: depthwise },
      pointwiseKernel: {
        outputs: -1,
        inputs: -2,
        from: "inside",
        linear: pointwise,
        seen: separated,
      },
    },
  }),
  // [height, width, outputs, inputs]
  Conv2DTranspose: (layer) => ({
    ...transposedRule,
    weights: { kernel: { outputs: -2, inputs: -1, linear: transposed } },
    ...ignoresDilation(layer),
  }),
  Conv3DTranspose: (layer) => ({
    ...transposedRule,
    weights: { kernel: { outputs: -2, inputs: -1 } },
    noGradient: "TensorFlow.js has no gradient of Conv3DBackpropInputV2",
    ...ignoresDilation(layer),
  }),
  // Each row belongs to an index, by which it is looked up; it isn't multiplied.
  Embedding: {
    role: "computes",
    weights: { embeddings: { outputs: -2, to: "inside" } },
    indices: true,
    macs: () => 0,
  },
};
