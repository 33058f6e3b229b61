import { tf } from "../../tensorflow/index.js";

type Grad = Parameters<typeof tf.registerGradient>[0];
type Inputs = Record<string, tf.Tensor>;
type Attributes = Record<string, unknown>;

let registered = false;

/**
 * @internal
 * Registers in tfjs the gradients of gradient ops that tfjs lacks, for convolutions and pooling. Each gradient
 * op is linear in the gradient that it reads, so its own gradient is made of the same few ops. If tfjs has a
 * gradient for a gradient op, that stays.
 */
export function registerSecondDerivatives(): void {
  if (registered) return;
  registered = true;
  for (const grad of [convFilter, depthwiseFilter, depthwiseInput, averagePool, maxPool]) {
    if (!tf.getGradient(grad.kernelName)) tf.registerGradient(grad);
  }
}

function run(kernel: string, inputs: Inputs, attributes: Attributes): tf.Tensor {
  return tf.engine().runKernel(kernel, inputs as never, attributes as never) as tf.Tensor;
}

/** The gradient of a convolution's gradient for its filter. */
const filterGradient = (convolution: "Conv2D" | "DepthwiseConv2dNative"): Grad => ({
  kernelName: `${convolution}BackpropFilter`,
  inputsToSave: ["x", "dy"],
  gradFunc: (above, saved, attributes) => {
    const [x, dy] = saved as [tf.Tensor, tf.Tensor];
    const filter = above as tf.Tensor;
    const { filterShape: _, ...window } = attributes as Attributes;
    const inputShape = x.shape;
    return {
      x: () => run(`${convolution}BackpropInput`, { dy, filter }, { ...window, inputShape }),
      dy: () => run(convolution, { x, filter }, { dilations: [1, 1], ...window }),
    };
  },
});

const convFilter = filterGradient("Conv2D");
const depthwiseFilter = filterGradient("DepthwiseConv2dNative");

const depthwiseInput: Grad = {
  kernelName: "DepthwiseConv2dNativeBackpropInput",
  inputsToSave: ["dy", "filter"],
  gradFunc: (above, saved, attributes) => {
    const [dy, filter] = saved as [tf.Tensor, tf.Tensor];
    const x = above as tf.Tensor;
    const { inputShape: _, ...window } = attributes as Attributes;
    const filterShape = filter.shape;
    return {
      dy: () => run("DepthwiseConv2dNative", { x, filter }, window),
      filter: () =>
        run("DepthwiseConv2dNativeBackpropFilter", { x, dy }, { ...window, filterShape }),
    };
  },
};

const averagePool: Grad = {
  kernelName: "AvgPoolGrad",
  inputsToSave: ["input"],
  gradFunc: (above, saved, attributes) => ({
    dy: () => run("AvgPool", { x: above as tf.Tensor }, attributes as Attributes),
    input: () => tf.zerosLike(saved[0]!),
  }),
};

const maxPool: Grad = {
  kernelName: "MaxPoolGrad",
  inputsToSave: ["input", "output"],
  gradFunc: (above, saved, attributes) => {
    const [input, output] = saved as [tf.Tensor4D, tf.Tensor4D];
    const { filterSize, strides, pad } = attributes as unknown as Window;
    const [height, width] = pair(filterSize);
    const [down, right] = pair(strides);
    if (down < height || right < width) {
      throw new Error(
        "Cannot compute gradient: gradient function not found for MaxPoolGrad with overlapping windows",
      );
    }
    // Windows don't overlap, so each place with a 1 is the largest in exactly one window.
    const largest = () =>
      run("MaxPoolGrad", { dy: tf.onesLike(output), input, output }, attributes as Attributes);
    const ones = () => tf.ones([height, width, input.shape[3], 1]) as tf.Tensor4D;
    return {
      dy: () =>
        tf.depthwiseConv2d(
          tf.mul(above as tf.Tensor4D, largest()) as tf.Tensor4D,
          ones(),
          [down, right],
          pad,
        ),
      input: () => tf.zerosLike(input),
      output: () => tf.zerosLike(output),
    };
  },
};

interface Window {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: "valid" | "same" | number;
}

function pair(size: number | [number, number]): [number, number] {
  return typeof size === "number" ? [size, size] : size;
}
