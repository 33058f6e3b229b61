import { tf } from "../tensorflow/index.js";

type Grad = Parameters<typeof tf.registerGradient>[0];
type Inputs = Record<string, tf.Tensor>;
type Attributes = Record<string, unknown>;

let registered = false;

/**
 * @internal
 * Gives tfjs the gradients of its ops' gradients, which it lacks for convolutions and pooling: each is
 * linear in what comes from above, so its gradient is made of the same few ops. Where tfjs gets them by
 * itself some day, its own stay.
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

const convFilter: Grad = {
  kernelName: "Conv2DBackpropFilter",
  inputsToSave: ["x", "dy"],
  gradFunc: (above, saved, attributes) => {
    const [x, dy] = saved as [tf.Tensor, tf.Tensor];
    const filter = above as tf.Tensor;
    const { filterShape: _, ...window } = attributes as Attributes;
    const inputShape = x.shape;
    return {
      x: () => run("Conv2DBackpropInput", { dy, filter }, { ...window, inputShape }),
      dy: () => run("Conv2D", { x, filter }, { ...window, dilations: [1, 1] }),
    };
  },
};

const depthwiseFilter: Grad = {
  kernelName: "DepthwiseConv2dNativeBackpropFilter",
  inputsToSave: ["x", "dy"],
  gradFunc: (above, saved, attributes) => {
    const [x, dy] = saved as [tf.Tensor, tf.Tensor];
    const filter = above as tf.Tensor;
    const { filterShape: _, ...window } = attributes as Attributes;
    const inputShape = x.shape;
    return {
      x: () => run("DepthwiseConv2dNativeBackpropInput", { dy, filter }, { ...window, inputShape }),
      dy: () => run("DepthwiseConv2dNative", { x, filter }, window),
    };
  },
};

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
    // Windows don't overlap: each place with a 1 is the largest of just one window.
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
