import { conv2d } from "./convolution.js";
import { depthwise } from "./depthwise.js";
import { type DirectKernel, floats } from "./kernel.js";
import { matMul } from "./matMul.js";
import { activate } from "./unary.js";

/** @internal `FusedConv2D`. */
export const fusedConv2d = withBiasAndActivation(conv2d);
/** @internal `FusedDepthwiseConv2D`. */
export const fusedDepthwise = withBiasAndActivation(depthwise);
/** @internal `_FusedMatMul`. */
export const fusedMatMul = withBiasAndActivation(matMul);

/** A kernel, then its bias of one value for all or one for each channel, then its activation. */
function withBiasAndActivation(kernel: DirectKernel): DirectKernel {
  return (call, tf) => {
    const { inputs, backend, attrs } = call;
    const bias = inputs.bias && floats(backend, inputs.bias);
    if (!activate(new Float32Array(0), attrs.activation)) return undefined;
    if (inputs.bias && (!bias || inputs.bias.shape.length > 1)) return undefined;
    const info = kernel(call, tf);
    if (!info) return undefined;
    const values = floats(backend, info)!;
    const channels = info.shape.at(-1)!;
    if (bias) {
      if (bias.length !== 1 && bias.length !== channels) return undefined;
      const step = bias.length === 1 ? 0 : 1;
      for (let i = 0; i < values.length; ) {
        for (let channel = 0; channel < channels; channel++) values[i++]! += bias[channel * step]!;
      }
    }
    activate(values, attrs.activation);
    return info;
  };
}
