import type { GradConfig } from "@tensorflow/tfjs";
import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";
import { SpaceToBatch } from "./dilation.js";

type Images = tf.Tensor4D;

/** The attributes of a convolution of images `[n, height, width, channels]` that tfjs's gradients get. */
interface Convolution {
  strides: number | [number, number];
  pad: Parameters<TensorFlow["backend_util"]["computeConv2DInfo"]>[4];
  dilations: number | [number, number];
  dataFormat?: "NHWC" | "NCHW";
}

/** A convolution's gradients where strides and dilations are 1 and the padding is `"valid"`. */
interface Plain {
  input(shape: number[], dy: Images, filter: Images): Images;
  filter(x: Images, dy: Images, shape: number[]): Images;
}

/**
 * @internal
 * Gradients of dilated `Conv2D` and `DepthwiseConv2dNative`, which tfjs refuses and for which TensorFlow has no
 * ops on a CPU: they are the gradients of the plain convolution that {@link SpaceToBatch} makes of the dilated
 * one. tfjs ensures that strides are 1 where dilations are above 1.
 */
export function convolutionGradients(tf: TensorFlow): GradConfig[] {
  const run = (name: string, inputs: Record<string, tf.Tensor>, attributes: object) =>
    tf.engine().runKernel(name, inputs, attributes as never) as Images;
  const plain = { strides: 1, pad: "valid", dilations: 1 };
  return [
    gradient(tf, "Conv2D", {
      input: (inputShape, dy, filter) =>
        run("Conv2DBackpropInput", { dy, filter }, { ...plain, dataFormat: "NHWC", inputShape }),
      filter: (x, dy, filterShape) =>
        run("Conv2DBackpropFilter", { x, dy }, { ...plain, dataFormat: "NHWC", filterShape }),
    }),
    gradient(tf, "DepthwiseConv2dNative", {
      input: (inputShape, dy, filter) =>
        run("DepthwiseConv2dNativeBackpropInput", { dy, filter }, { ...plain, inputShape }),
      filter: (x, dy, filterShape) =>
        run("DepthwiseConv2dNativeBackpropFilter", { x, dy }, { ...plain, filterShape }),
    }),
  ];
}

function gradient(tf: TensorFlow, kernelName: string, plain: Plain): GradConfig {
  const original = tf.getGradient(kernelName);
  return {
    ...original,
    gradFunc: (dy, saved, attributes) => {
      const convolution = attributes as unknown as Convolution;
      const dilations = pair(convolution.dilations ?? 1);
      if (dilations.every((dilation) => dilation === 1) || convolution.dataFormat === "NCHW") {
        return original.gradFunc(dy, saved, attributes);
      }
      const [x, filter] = saved as [Images, Images];
      const space = new SpaceToBatch(tf, x.shape, {
        kernel: filter.shape.slice(0, 2),
        dilations,
        padding: paddingOf(tf, x, filter, convolution),
      });
      const gradients = space.output(dy as Images);
      const xs = space.input(x);
      return {
        x: () => space.inputFrom(plain.input(xs.shape, gradients, filter)),
        filter: () => plain.filter(xs, gradients, filter.shape),
      };
    },
  };
}

function paddingOf(tf: TensorFlow, x: Images, filter: Images, { pad, dilations }: Convolution) {
  const { padInfo } = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, 1, dilations, pad);
  const { top, bottom, left, right } = padInfo;
  return [
    [top, bottom],
    [left, right],
  ] as [number, number][];
}

function pair(dilations: number | [number, number]): [number, number] {
  return typeof dilations === "number" ? [dilations, dilations] : dilations;
}
