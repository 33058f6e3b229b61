import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * A layer's kernel and bias, read into float64 to be changed and written back. Kernels are
 * `[height, width, inputs, outputs]`, depthwise `[height, width, inputs, multiplier]`, dense
 * `[inputs, outputs]`.
 */
export class Parameters {
  readonly layer: Layer;
  readonly shape: number[];
  readonly kernel: Float64Array;
  readonly bias: Float64Array | undefined;

  constructor(layer: Layer) {
    const [kernel, bias] = layer.getWeights();
    this.layer = layer;
    this.shape = kernel!.shape;
    this.kernel = Float64Array.from(kernel!.dataSync());
    this.bias = bias && Float64Array.from(bias.dataSync());
  }

  /** How many output channels there are. */
  get outputs(): number {
    const depthwise = this.layer.getClassName() === "DepthwiseConv2D";
    return this.shape.at(-1)! * (depthwise ? this.inputs : 1);
  }

  /** How many input channels there are. */
  get inputs(): number {
    return this.shape.at(-2)!;
  }

  /** The output channel of an entry of the kernel. */
  outputOf(index: number): number {
    return index % this.outputs;
  }

  /** The input channel of an entry of the kernel. */
  inputOf(index: number): number {
    return Math.floor(index / this.shape.at(-1)!) % this.inputs;
  }

  /** Gives kernel and bias to the layer. */
  write(): void {
    tf.tidy(() => {
      const kernel = tf.tensor(Float32Array.from(this.kernel), this.shape);
      const bias = this.bias && tf.tensor1d(Float32Array.from(this.bias));
      this.layer.setWeights(bias ? [kernel, bias] : [kernel]);
    });
  }
}
