import { SpaceToBatch, samePadding } from "../gradients/dilation.js";
import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";
import { withOptions } from "./withOptions.js";

/** The fields of tfjs's convolution layers; some aren't public, but exist in JavaScript. */
interface Convolution {
  kernelSize: number[];
  strides: number[];
  padding: "valid" | "same" | "causal";
  dilationRate: number[];
  dataFormat: "channelsLast" | "channelsFirst";
  activation: { apply(x: tf.Tensor): tf.Tensor } | null;
  kernel: tf.LayerVariable;
  depthwiseKernel: tf.LayerVariable;
  bias: tf.LayerVariable | null;
  call(inputs: tf.Tensor | tf.Tensor[], options?: unknown): tf.Tensor;
  computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape;
}

/** Computes a convolution without its bias; `x` has its channels last. */
type Convolve = (layer: Convolution, x: tf.Tensor) => tf.Tensor;

/**
 * @internal
 * - Conv1D pads causally, as Keras' layer does: the output of a step depends on that step and the steps before. tfjs
 *   throws. With the channels first, its output has the channels first, too: tfjs leaves them last.
 * - Conv2D with a dilation has a gradient. tfjs's layer takes an op that refuses it.
 * - DepthwiseConv2D and Conv3D have dilations: tfjs ignores those of DepthwiseConv2D, and throws for those of
 *   Conv3D if TensorFlow is native.
 * - SeparableConv2D takes the channels first: tfjs adds its bias in that order to an output with the channels last.
 */
export function completeConvolutions(tf: TensorFlow): void {
  // With a name, the layer isn't counted in the names of other layers.
  const config = { name: "completed", kernelSize: 1, filters: 1 };
  const { layers } = tf;
  completeConv1D(tf, layers.conv1d(config));
  dilate(tf, layers.conv2d(config), ({ kernel, strides, padding, dilationRate }, x) =>
    tf.conv2d(
      x as tf.Tensor4D,
      kernel.read() as tf.Tensor4D,
      strides as [number, number],
      padding as "valid",
      "NHWC",
      dilationRate as [number, number],
    ),
  );
  const depthwise = layers.depthwiseConv2d(config);
  dilate(tf, depthwise, ({ depthwiseKernel, strides, padding, dilationRate }, x) =>
    tf.depthwiseConv2d(
      x as tf.Tensor4D,
      depthwiseKernel.read() as tf.Tensor4D,
      strides as [number, number],
      padding as "valid",
      "NHWC",
      dilationRate as [number, number],
    ),
  );
  keepDilation(depthwise);
  completeSeparable(layers.separableConv2d(config));
  dilate(tf, layers.conv3d(config), (layer, x) => {
    const dilated = { kernel: layer.kernelSize, dilations: layer.dilationRate };
    const none = layer.kernelSize.map(() => [0, 0] as const);
    const padding = layer.padding === "same" ? samePadding(dilated) : none;
    const space = new SpaceToBatch(tf, x.shape, { ...dilated, padding });
    const kernel = layer.kernel.read() as never;
    return space.outputFrom(tf.conv3d(space.input(x) as never, kernel, 1, "valid"));
  });
}

function completeSeparable(instance: unknown): void {
  const prototype = Object.getPrototypeOf(instance) as Convolution;
  const { call } = prototype;
  prototype.call = function (inputs, options) {
    if (this.dataFormat !== "channelsFirst") return call.call(this, inputs, options);
    const [x] = [inputs].flat() as [tf.Tensor];
    const run = () => call.call(this, x.transpose([0, 2, 3, 1]), options);
    return withOptions(this, { dataFormat: "channelsLast" }, run).transpose([0, 3, 1, 2]);
  };
}

function completeConv1D(tf: TensorFlow, instance: unknown): void {
  const prototype = Object.getPrototypeOf(instance) as Convolution;
  const { call, computeOutputShape } = prototype;
  prototype.call = function (inputs, options) {
    const { padding, dataFormat } = this;
    const first = dataFormat === "channelsFirst";
    if (padding !== "causal" && !first) return call.call(this, inputs, options);
    return tf.tidy(() => {
      const [x] = [inputs].flat() as [tf.Tensor];
      const last = first ? x.transpose([0, 2, 1]) : x;
      const causal = padding === "causal";
      const padded = causal
        ? last.pad([
            [0, 0],
            [zerosBefore(this), 0],
            [0, 0],
          ])
        : last;
      const plain = { padding: causal ? "valid" : padding, dataFormat: "channelsLast" } as const;
      const y = withOptions(this, plain, () => call.call(this, padded, options));
      return first ? y.transpose([0, 2, 1]) : y;
    });
  };
  // The output has as many steps as with "same" padding.
  prototype.computeOutputShape = function (shape) {
    const padding = this.padding === "causal" ? "same" : this.padding;
    return withOptions(this, { padding }, () => computeOutputShape.call(this, shape));
  };
}

function zerosBefore({ kernelSize: [length], dilationRate: [dilation] }: Convolution): number {
  return (length! - 1) * dilation!;
}

/** Gives a layer's class another way to compute where a dilation isn't 1. */
function dilate(tf: TensorFlow, instance: unknown, convolve: Convolve): void {
  const prototype = Object.getPrototypeOf(instance) as Convolution;
  const { call } = prototype;
  prototype.call = function (inputs, options) {
    if (!isDilated(this)) return call.call(this, inputs, options);
    return tf.tidy(() => {
      const [x] = [inputs].flat() as [tf.Tensor];
      const last = [...x.shape.keys()];
      const [n, channels, ...space] = last as [number, number, ...number[]];
      const first = this.dataFormat === "channelsFirst";
      const y = convolve(this, first ? x.transpose([n, ...space, channels]) : x);
      const biased = this.bias ? tf.add(y, this.bias.read()) : y;
      const activated = this.activation?.apply(biased) ?? biased;
      return first
        ? activated.transpose([n, last.length - 1, ...space.map((axis) => axis - 1)])
        : activated;
    });
  };
}

/** Whether a layer is dilated; with strides as well, tfjs throws. */
function isDilated({ dilationRate, strides }: Convolution): boolean {
  return dilationRate.some((dilation) => dilation !== 1) && strides.every((step) => step === 1);
}

/** Makes a layer promise the shape of its dilated output, whose kernel reaches further. */
function keepDilation(instance: unknown): void {
  const prototype = Object.getPrototypeOf(instance) as Convolution;
  const { computeOutputShape } = prototype;
  prototype.computeOutputShape = function (shape) {
    const { kernelSize: lengths, dilationRate } = this;
    const kernelSize = lengths.map((length, axis) => (length - 1) * dilationRate[axis]! + 1);
    return withOptions(this, { kernelSize }, () => computeOutputShape.call(this, shape));
  };
}
