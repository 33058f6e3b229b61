import type { Conv2dOp, DepthwiseConv2dOp, FullyConnectedOp } from "../../../integer/index.js";

/** Float tensors while a float program runs. */
export interface FloatValues {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

type Sum = (inputs: readonly FloatValues[], output: FloatValues) => void;

/** The padding before the first row or column. */
export function padBefore(padding: string, sizes: readonly number[]): number {
  const [length, out, size, stride, dilation] = sizes as [number, number, number, number, number];
  if (padding === "valid") return 0;
  return Math.floor(Math.max(0, (out - 1) * stride + (size - 1) * dilation + 1 - length) / 2);
}

/** Calls a function with each tap of each output pixel that lies in the input. */
export function forTaps(
  {
    strides,
    padding,
    dilations = [1, 1],
  }: Pick<Conv2dOp, "strides" | "padding"> & {
    dilations?: readonly [number, number];
  },
  [input, output]: readonly [readonly number[], readonly number[]],
  [height, width]: readonly [number, number],
  visit: (from: number, to: number, tap: number) => void,
): void {
  const [, h, w] = input as [number, number, number];
  const [, outH, outW] = output as [number, number, number];
  const top = padBefore(padding, [h, outH, height, strides[0], dilations[0]]);
  const left = padBefore(padding, [w, outW, width, strides[1], dilations[1]]);
  for (let y = 0; y < outH; y++) {
    for (let x = 0; x < outW; x++) {
      for (let ky = 0; ky < height; ky++) {
        const row = y * strides[0] - top + ky * dilations[0];
        if (row < 0 || row >= h) continue;
        for (let kx = 0; kx < width; kx++) {
          const column = x * strides[1] - left + kx * dilations[1];
          if (column < 0 || column >= w) continue;
          visit(row * w + column, y * outW + x, ky * width + kx);
        }
      }
    }
  }
}

function startWithBias(bias: FloatValues | undefined, { values, shape }: FloatValues): void {
  const channels = shape.at(-1)!;
  for (let i = 0; i < values.length; i++) values[i] = bias ? bias.values[i % channels]! : 0;
}

/** A convolution. */
export const conv2d = (op: Conv2dOp): Sum => {
  return ([x, weights, bias], y) => {
    const [channels, height, width, depth] = weights!.shape as [number, number, number, number];
    startWithBias(bias, y);
    forTaps(op, [x!.shape, y.shape], [height, width], (from, to, tap) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        const first = (c * height * width + tap) * depth;
        for (let i = 0; i < depth; i++) {
          sum += x!.values[from * depth + i]! * weights!.values[first + i]!;
        }
        y.values[to * channels + c]! += sum;
      }
    });
  };
};

/** A depthwise convolution. */
export const depthwiseConv2d = (op: DepthwiseConv2dOp): Sum => {
  return ([x, weights, bias], y) => {
    const [, height, width, channels] = weights!.shape as [number, number, number, number];
    const depth = channels / op.multiplier;
    startWithBias(bias, y);
    forTaps(op, [x!.shape, y.shape], [height, width], (from, to, tap) => {
      for (let c = 0; c < channels; c++) {
        const value = x!.values[from * depth + Math.floor(c / op.multiplier)]!;
        y.values[to * channels + c]! += value * weights!.values[tap * channels + c]!;
      }
    });
  };
};

/** A dense layer. */
export const fullyConnected = (_: FullyConnectedOp): Sum => {
  return ([x, weights, bias], y) => {
    const [units, depth] = weights!.shape as [number, number];
    startWithBias(bias, y);
    for (let i = 0; i < y.values.length; i++) {
      const row = Math.floor(i / units) * depth;
      for (let k = 0; k < depth; k++) {
        y.values[i]! += x!.values[row + k]! * weights!.values[(i % units) * depth + k]!;
      }
    }
  };
};
