import type { RuleTable } from "./rule.js";

/** @internal Layers that multiply their input with a kernel. Convolutions keep output channels last, but transposed ones. */
export const kernels: RuleTable = {
  Dense: { role: "computes", weights: { kernel: -1 } },
  Conv1D: { role: "computes", weights: { kernel: -1 } },
  Conv2D: { role: "computes", weights: { kernel: -1 } },
  Conv3D: { role: "computes", weights: { kernel: -1 } },
  // [height, width, channels, multiplier]
  DepthwiseConv2D: { role: "computes", weights: { depthwiseKernel: [-2, -1] } },
  // What lies between the two kernels isn't quantized: it stays in the accumulator.
  SeparableConv2D: {
    role: "computes",
    weights: { depthwiseKernel: [-2, -1], pointwiseKernel: -1 },
  },
  // [height, width, outputs, inputs]
  Conv2DTranspose: { role: "computes", weights: { kernel: -2 } },
  // Each row is what an index stands for.
  Embedding: { role: "computes", weights: { embeddings: -2 }, indices: true },
};
